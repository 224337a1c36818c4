import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/database.ts';
import { listPartitions } from '../db/queries/partitions.ts';
import { readRetiredBefore } from '../db/queries/retired-before.ts';
import { isRetiring } from '../db/queries/retiring-events.ts';
import { clearDays, daysKeptFrom } from '../retention/clear-days.ts';
import { keptKinds } from '../retention/kinds.ts';
import { duePartitions, retireEvents } from '../retention/retire-events.ts';
import { partitionsText } from './db-partitions.ts';
import { tableText } from './table-text.ts';
import { withDatabase } from './with-database.ts';

export const retentionCommand = (): Command =>
  new Command('retention')
    .description('Show how long data is kept, and remove what is past that; gateways do the same every hour')
    .option('--dry-run', 'only show what would be removed')
    .addHelpText(
      'after',
      '\nRemoved events, their ids and sums do not come back, and events of that time are refused from then on,\nwhatever is configured later. It may be interrupted at any moment: the next run goes on.',
    )
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      await withDatabase(async (db, config) => {
        process.stdout.write(await retentionText(db, config, Date.now()));
        if (!dryRun) process.stdout.write(await removeDue(db, config));
      });
    });

/** The policy, and what is past it now. */
export async function retentionText(
  { sql }: Pick<Database, 'sql'>,
  config: Config,
  now: number,
): Promise<string> {
  const policy = tableText(
    ['kind', 'kept', 'set by'],
    keptKinds(config).map(({ kind, kept, setting }) => [kind, kept, setting]),
  );
  const due = duePartitions(await listPartitions(sql), config.retention, now);
  const retired = await readRetiredBefore(sql);
  const days = daysKeptFrom(config.retention, now);
  return [
    policy,
    retired === undefined ? '' : `Events from before ${day(retired.before)} were retired and are refused.\n`,
    (await isRetiring(sql)) ? 'A partition is on its way out.\n' : '',
    due.length === 0
      ? 'No partition of events is past its time.\n'
      : `Past their time, with the ids of their events:\n${partitionsText(due)}`,
    days === undefined ? '' : `Sums by day from before ${days} are past their time.\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

async function removeDue({ sql }: Database, { retention }: Config): Promise<string> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const { signal } = new AbortController();
  const removed = { partitions: 0, ids: 0, days: 0 };
  const eventsDone = await retireEvents(
    {
      sql,
      progress: {
        announced: (before, waitMs) =>
          say(
            `Events from before ${day(before)} are refused from now on.${waitMs > 0 ? ` Every gateway hears of it within ${Math.ceil(waitMs / 1000)} s; waiting.` : ''}`,
          ),
        detached: (table) => say(`${table} is detached; its ids are being pruned.`),
        pruned: (_, ids) => {
          removed.ids += ids;
        },
        dropped: (table, ids) => {
          removed.partitions += 1;
          say(`${table} is dropped, after ${ids.toLocaleString('en-US')} ids.`);
        },
      },
    },
    retention,
    Date.now,
    signal,
  );
  const daysDone = await clearDays(
    {
      sql,
      cleared: (rows) => {
        removed.days += rows;
      },
    },
    retention,
    Date.now(),
    signal,
  );
  const done = `Removed ${removed.partitions} partitions, ${removed.ids} ids and ${removed.days} sums by day.\n`;
  return eventsDone && daysDone
    ? done
    : `${done}Not everything: a gateway is at it, or the table was never free for a moment. Run it again later.\n`;
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
