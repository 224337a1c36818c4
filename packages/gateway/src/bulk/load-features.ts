import type { DuckDBConnection } from '@duckdb/node-api';
import { isUniqueViolation } from '../db/failures.ts';
import { retrying } from '../db/retrying.ts';
import { allRows, isUnreadable, oneRow, toNumber } from './duck.ts';
import { type Checkpoint, moveOn } from './import-record.ts';
import { identify, type LoadContext, loadExactly, makePlayerIds } from './load-context.ts';
import { addCounts, type LoadCounts, noLoadCounts } from './load-counts.ts';
import type { Share } from './source.ts';
import { writeSums } from './write-sums.ts';

export type FeaturesOptions = {
  checkpoint: Checkpoint;
  /** Bytes or rows of the source that one transaction takes. */
  unit: number;
  /** Shares that DuckDB reads at once: a second one fills the gaps at the end of the first. */
  readers: number;
  stop: AbortSignal;
  onProgress(at: number, counts: LoadCounts): void;
  onShare(share: Share, duck: DuckDBConnection): Promise<void>;
};

/**
 * From a file to the sums of players, without keeping the events: everything counts, and ids are not looked at. One transaction
 * takes up to a unit of the file with its checkpoint, so that after a kill the load goes on where the last one ended.
 */
export async function loadFeatures(context: LoadContext, options: FeaturesOptions): Promise<LoadCounts> {
  const { source, duck, dryRun } = context;
  const { checkpoint, unit, readers, stop } = options;
  const total: LoadCounts = { ...checkpoint.counts };
  let at = checkpoint.done;
  let daysAreNew = true;
  // One unit is written while DuckDB reads the next.
  let storing: Promise<void> = Promise.resolve();
  while (at < source.size && !stop.aborted) {
    const from = at;
    const tables: string[] = [];
    const counts = noLoadCounts();
    let end = from;
    const take = nextShares(context, from, from + unit, stop);
    const work = async () => {
      for (let share = await take(); share !== undefined; share = await take()) {
        try {
          const one = await duck.use(async (connection) => {
            await options.onShare(share, connection);
            return await sumShare(context, connection, share, tables);
          });
          addCounts(counts, one);
          end = Math.max(end, share.to);
          options.onProgress(share.to, merge(total, counts));
        } finally {
          await share.release();
        }
      }
    };
    await Promise.all(Array.from({ length: readers }, work));
    // A stop in the middle gives up the unit: its part could not be told from the rest.
    if (stop.aborted && end < Math.min(source.size, from + unit)) break;
    addCounts(total, counts);
    const upTo = { ...total };
    await storing;
    storing = (async () => {
      if (!dryRun) daysAreNew = await store(context, checkpoint, from, end, upTo, tables, daysAreNew);
      if (tables.length > 0)
        await duck.use((connection) =>
          connection.run(tables.map((table) => `DROP TABLE ${table};`).join(' ')),
        );
    })();
    storing.catch(() => {}); // seen when it is waited for
    at = end;
  }
  await storing;
  return total;
}

const merge = (a: LoadCounts, b: LoadCounts): LoadCounts => {
  const sum = { ...a };
  addCounts(sum, b);
  return sum;
};

/** Hands out the shares of a unit in order, one at a time. */
function nextShares({ source }: LoadContext, from: number, end: number, stop: AbortSignal) {
  let at = from;
  let turn: Promise<unknown> = Promise.resolve();
  return (): Promise<Share | undefined> => {
    const share = turn.then(async () => {
      if (stop.aborted || at >= end) return undefined;
      const next = await source.next(at);
      if (next !== undefined) at = next.to;
      return next;
    });
    turn = share.catch(() => {});
    return share;
  };
}

const noTwins = { before: async () => new Map<string, number>() };

async function sumShare(
  context: LoadContext,
  duck: DuckDBConnection,
  share: Share,
  tables: string[],
): Promise<LoadCounts> {
  const { plan } = context;
  // Of the ids that the exact path makes: a share's rows have the same ones each time it is tried, and those of no other share.
  const idSource = `${context.mapping.source ?? 'import'}.${share.from}`;
  if (plan === undefined || share.cells === undefined)
    return (await loadExactly(context, share, undefined, idSource, noTwins)).counts;
  const cells = share.cells(false);
  const groups = `groups_${share.from}`;
  try {
    await duck.run(`CREATE OR REPLACE TABLE ${groups} AS ${plan.sums(cells)}`);
    tables.push(groups);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    // Lines that are no rows: the exact reader says which.
    return (await loadExactly(context, share, undefined, idSource, noTwins)).counts;
  }
  const [keysFit] = await oneRow(duck, plan.keysFit(groups));
  if (keysFit !== true) await duck.run(plan.refuseKeys(groups));
  const [fast, slow] = await oneRow(
    duck,
    `SELECT sum(events) FILTER (fast), sum(events) FILTER (NOT fast) FROM ${groups}`,
  );
  // No row of so many bytes: whatever DuckDB took it for, the exact reader has a look.
  if (toNumber(fast) + toNumber(slow) === 0)
    return (await loadExactly(context, share, undefined, idSource, noTwins)).counts;
  const counts = { ...noLoadCounts(), read: toNumber(fast), accepted: toNumber(fast) };
  if (toNumber(slow) > 0) {
    const places = await allRows(
      duck,
      `SELECT place FROM (SELECT fast, row_number() OVER () - 1 AS place FROM (${plan.places(cells)})) WHERE NOT fast`,
    );
    const exact = await loadExactly(
      context,
      share,
      new Set(places.map(([place]) => toNumber(place))),
      idSource,
      noTwins,
    );
    addCounts(counts, exact.counts);
    await duck.run(`DELETE FROM ${groups} WHERE NOT fast`);
  }
  return counts;
}

/** @returns whether days may still be taken for new */
async function store(
  { sql, duck, tenant }: LoadContext,
  checkpoint: Checkpoint,
  from: number,
  to: number,
  counts: LoadCounts,
  tables: readonly string[],
  daysAreNew: boolean,
): Promise<boolean> {
  const write = async (connection: DuckDBConnection, areNew: boolean) => {
    const now = new Date();
    await sql.begin(async (tx) => {
      // First of all: whoever else loads this file waits here, and then finds it done.
      await moveOn(tx, checkpoint.id, from, to, counts);
      await writeSums(tx, connection, { tenantId: tenant.id, now }, 'groups_of_unit', 'player_ids', areNew);
    });
  };
  const stillNew = await duck.use(async (connection) => {
    const all = tables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL ');
    await connection.run(
      `CREATE OR REPLACE TEMP VIEW groups_of_unit AS ${all === '' ? 'SELECT * FROM no_groups' : all}`,
    );
    await connection.run(makePlayerIds);
    await identify(connection, tenant, 'groups_of_unit');
    if (daysAreNew) {
      try {
        await retrying(() => write(connection, true), 8);
        return true;
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
      }
    }
    await retrying(() => write(connection, false), 8);
    return false;
  });
  return stillNew;
}

/** The columns of sums, as an empty table. */
export const makeNoGroups = `CREATE TABLE no_groups (player VARCHAR, type VARCHAR, currency VARCHAR, brand VARCHAR, day BIGINT,
  night BOOLEAN, variant INTEGER, events BIGINT, amount HUGEINT, stake HUGEINT, payout HUGEINT, rounds HUGEINT, seconds HUGEINT,
  first_at BIGINT, last_at BIGINT)`;
