import type { DuckDBConnection } from '@duckdb/node-api';
import type { Mapping } from '../cli/import/mapping.ts';
import type { Reject } from '../cli/import/row.ts';
import type { PostgresClient } from '../db/database.ts';
import { isBadData } from '../db/failures.ts';
import { retrying } from '../db/retrying.ts';
import type { BatchItem, BatchTenant } from '../ingest/batch-item.ts';
import type { Partitions } from '../ingest/partitions.ts';
import { writeBatch } from '../ingest/write-batch.ts';
import { WriteMemory } from '../ingest/write-memory.ts';
import type { Duck } from './duck.ts';
import { allRows, toText } from './duck.ts';
import { judgeExactly, type Twins } from './exact-rows.ts';
import { type LoadCounts, noLoadCounts } from './load-counts.ts';
import type { Plan } from './plan.ts';
import type { Share, Source } from './source.ts';

export type LoadTenant = BatchTenant & { playerIdOf(player: string): string };

/** What a load works with. */
export type LoadContext = {
  sql: PostgresClient;
  duck: Duck;
  partitions: Partitions;
  tenant: LoadTenant;
  source: Source;
  /** Undefined: every row takes the exact path. */
  plan: Plan | undefined;
  mapping: Mapping;
  now: number;
  earliest: number;
  /** Nothing is written. */
  dryRun: boolean;
  onRejects(rejects: Reject[]): Promise<void>;
};

/** The greatest number of events that one transaction of the ordinary write path takes here. */
const exactBatch = 2_000;

/**
 * Stores some rows of a share by the ordinary write path, in transactions of its own. Before the share's own: whoever comes back after
 * a kill finds them stored, and counts them as duplicates.
 */
export async function loadExactly(
  context: LoadContext,
  share: Share,
  places: ReadonlySet<number> | undefined,
  source: string,
  twins: Twins,
): Promise<{ counts: LoadCounts; keys: string[] }> {
  const { mapping, now, earliest, tenant, sql, partitions, dryRun } = context;
  const rows = await share.rows(places);
  const { playerIdOf } = tenant;
  const { isEnvelope } = context.source;
  const judged = await judgeExactly(rows, { mapping, isEnvelope, source, now, earliest, playerIdOf }, twins);
  const counts = {
    ...noLoadCounts(),
    read: rows.length,
    exact: rows.length,
    rejected: judged.rejects.length,
  };
  const memory = new WriteMemory();
  for (let from = 0; from < judged.items.length; from += exactBatch) {
    const some = judged.items.slice(from, from + exactBatch);
    const items = some.map(({ item }) => item);
    if (dryRun) {
      counts.accepted += items.length;
      continue;
    }
    await partitions.ensure(items.map(({ event }) => event.at));
    const statuses = await isolating(items, (part) => writeBatch(sql, tenant, part, memory));
    const refused: Reject[] = [];
    for (const [at, { line, raw }] of some.entries()) {
      const status = statuses[at];
      if (status === 'accepted') counts.accepted += 1;
      else if (status === 'duplicate') counts.duplicates += 1;
      else if (status === 'conflict') {
        counts.conflicts += 1;
        refused.push({ line, raw, ...conflict });
      } else {
        counts.rejected += 1;
        refused.push({
          line,
          raw,
          code: 'event_invalid',
          reason: '/data: holds a value that would take a sum beyond 64 bits',
        });
      }
    }
    await context.onRejects(refused);
  }
  await context.onRejects(judged.rejects);
  return { counts, keys: judged.keys };
}

export const conflict = { code: 'event_conflict', reason: 'The id is taken by an event with another body.' };

/** Halves what the database refuses for its values until the one stands alone, as a lane does. */
async function isolating(
  items: readonly BatchItem[],
  write: (items: readonly BatchItem[]) => ReturnType<typeof writeBatch>,
): ReturnType<typeof writeBatch> {
  try {
    return await retrying(() => write(items), 8);
  } catch (error) {
    if (!isBadData(error)) throw error;
    if (items.length === 1) return ['unstorable'];
    const middle = items.length >> 1;
    return [
      ...(await isolating(items.slice(0, middle), write)),
      ...(await isolating(items.slice(middle), write)),
    ];
  }
}

/** Makes the uuids of those players of a table that `player_ids` does not have yet. */
export async function identify(duck: DuckDBConnection, tenant: LoadTenant, table: string): Promise<void> {
  const fresh = await allRows(
    duck,
    `SELECT DISTINCT player FROM ${table} WHERE player NOT IN (SELECT player FROM player_ids)`,
  );
  if (fresh.length === 0) return;
  const appender = await duck.createAppender('player_ids');
  for (const [player] of fresh) {
    const external = toText(player);
    appender.appendVarchar(external);
    appender.appendVarchar(tenant.playerIdOf(external));
    appender.endRow();
  }
  appender.closeSync();
}

export const makePlayerIds = 'CREATE TABLE IF NOT EXISTS player_ids (player VARCHAR, player_id VARCHAR)';
