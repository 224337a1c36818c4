import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { plainArray, textArray } from '../db/array-literal.ts';
import { isBadData, isCheckViolation, isRetryable, isUniqueViolation } from '../db/failures.ts';
import { StaleRead, type Tx } from '../ingest/transaction.ts';
import { allRows, isUnreadable, oneRow, toNumber, toText } from './duck.ts';
import { type Twins, twinKeyOf } from './exact-rows.ts';
import { type Checkpoint, moveOn } from './import-record.ts';
import { conflict, identify, type LoadContext, loadExactly, makePlayerIds } from './load-context.ts';
import { addCounts, type LoadCounts, noLoadCounts } from './load-counts.ts';
import type { Share } from './source.ts';
import { literal } from './sql-text.ts';
import { copyInto, instantText, lineSql, writeSums } from './write-sums.ts';

export type EventsOptions = {
  checkpoint: Checkpoint;
  /** Shares that are being written at once, each on a connection of its own. */
  connections: number;
  stop: AbortSignal;
  onProgress(at: number, counts: LoadCounts): void;
  onShare(share: Share, duck: DuckDBConnection): Promise<void>;
};

/**
 * From a file to events, ledger and features. Each share is one transaction with its checkpoint. Shares are written at once, and
 * come to their end in the order of the file: what is stored is always a beginning of it.
 */
export async function loadEvents(context: LoadContext, options: EventsOptions): Promise<LoadCounts> {
  const { source, duck } = context;
  const { checkpoint, connections, stop } = options;
  const total: LoadCounts = { ...checkpoint.counts };
  const order = new Turns();
  const inFlight = new Set<Promise<void>>();
  let failure: unknown;
  await duck.use((connection) => connection.run('CREATE TABLE IF NOT EXISTS seen_keys (key VARCHAR)'));
  await recall(context, checkpoint.done);
  for (let at = checkpoint.done; at < source.size && !stop.aborted && failure === undefined; ) {
    const share = await source.next(at);
    if (share === undefined) break;
    at = share.to;
    const turn = order.next();
    // DuckDB reads one share at a time, with all its threads; the others are being written.
    const prepared = await duckTable(context, share, options);
    const written = write(context, checkpoint, share, prepared, turn, total)
      .then((counts) => {
        addCounts(total, counts);
        options.onProgress(share.to, total);
      })
      .catch((error: unknown) => {
        failure ??= error;
        turn.fail(error);
      })
      .finally(async () => {
        turn.end();
        await prepared.release();
        await share.release();
        inFlight.delete(written);
      });
    inFlight.add(written);
    while (inFlight.size >= connections) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  if (failure !== undefined) throw failure;
  return total;
}

/** The rows of a share in a table of DuckDB, and what the exact path made of the others. */
type Prepared = {
  table: string | undefined;
  counts: LoadCounts;
  release(): Promise<void>;
};

async function duckTable(context: LoadContext, share: Share, options: EventsOptions): Promise<Prepared> {
  const { duck, plan } = context;
  return await duck.use(async (connection) => {
    await options.onShare(share, connection);
    const idSource = context.mapping.source ?? 'import';
    const byHand = async (places: ReadonlySet<number> | undefined) => {
      const { counts, keys } = await loadExactly(context, share, places, idSource, twinsOf(connection));
      await remember(connection, keys);
      return counts;
    };
    if (plan === undefined || share.cells === undefined)
      return { table: undefined, counts: await byHand(undefined), release: async () => {} };
    const table = `rows_${share.from}`;
    try {
      await connection.run(
        `CREATE TABLE ${table} AS ${plan.rows(share.cells(context.mapping.id === undefined))}`,
      );
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return { table: undefined, counts: await byHand(undefined), release: async () => {} };
    }
    const [all, fast] = await oneRow(connection, `SELECT count(*), count(*) FILTER (fast) FROM ${table}`);
    if (toNumber(all) === 0) {
      // No row of so many bytes: whatever DuckDB took it for, the exact reader has a look.
      await connection.run(`DROP TABLE ${table}`);
      return { table: undefined, counts: await byHand(undefined), release: async () => {} };
    }
    const counts = { ...noLoadCounts(), read: toNumber(fast) };
    if (toNumber(fast) < toNumber(all)) {
      const places = await allRows(connection, `SELECT rowid FROM ${table} WHERE NOT fast ORDER BY rowid`);
      addCounts(counts, await byHand(new Set(places.map(([place]) => toNumber(place)))));
      await connection.run(`DELETE FROM ${table} WHERE NOT fast`);
    }
    if (context.mapping.id === undefined) await numberTwins(connection, table);
    await connection.run(makePlayerIds);
    await identify(connection, context.tenant, table);
    return {
      table,
      counts,
      release: async () => {
        await duck.use((other) => other.run(`DROP TABLE IF EXISTS ${table}`));
      },
    };
  });
}

/** Makes the ids of rows that have none, as `cli/import/event-ids` does: the second of two equal rows is another event. */
async function numberTwins(duck: DuckDBConnection, table: string): Promise<void> {
  const key = 'substr(digest, 53, 12)';
  await duck.run(`
    CREATE OR REPLACE TEMP TABLE twins AS
    SELECT k.key, coalesce(s.before, 0) AS before
    FROM (SELECT ${key} AS key, count(*) AS here FROM ${table} GROUP BY ALL) k
    LEFT JOIN (
      SELECT key, count(*) AS before FROM seen_keys WHERE key IN (SELECT ${key} FROM ${table}) GROUP BY key
    ) s ON s.key = k.key
    WHERE k.here > 1 OR s.before > 0`);
  const [twins] = await oneRow(duck, 'SELECT count(*) FROM twins');
  if (toNumber(twins) > 0) {
    await duck.run(`
      UPDATE ${table} SET id = ${table}.id || ':' || n.occurrence
      FROM (
        SELECT r.rowid AS place, t.before + row_number() OVER (PARTITION BY t.key ORDER BY r.rowid) AS occurrence
        FROM ${table} r JOIN twins t ON t.key = substr(r.digest, 53, 12)
      ) n
      WHERE n.place = ${table}.rowid AND n.occurrence > 1`);
  }
  await duck.run(`INSERT INTO seen_keys SELECT ${key} FROM ${table}`);
}

const twinsOf = (duck: DuckDBConnection): Twins => ({
  before: async (keys) => {
    if (keys.length === 0) return new Map();
    const found = await allRows(
      duck,
      `SELECT key, count(*) FROM seen_keys WHERE key IN (${keys.map(literal).join(', ')}) GROUP BY key`,
    );
    return new Map(found.map(([key, count]) => [toText(key), toNumber(count)]));
  },
});

async function remember(duck: DuckDBConnection, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const appender = await duck.createAppender('seen_keys');
  for (const key of keys) {
    appender.appendVarchar(key);
    appender.endRow();
  }
  appender.closeSync();
}

/** Reads what an earlier run has stored once more, for how often each row without an id came by. */
async function recall(context: LoadContext, done: number): Promise<void> {
  const { source, duck, plan, mapping } = context;
  if (mapping.id !== undefined || done <= source.start) return;
  for (let at = source.start; at < done; ) {
    const share = await source.next(at);
    if (share === undefined || share.to > done) {
      await share?.release();
      break;
    }
    at = share.to;
    try {
      await duck.use(async (connection) => {
        const cells = plan === undefined ? undefined : share.cells?.(true);
        if (
          cells !== undefined &&
          !source.isJson &&
          (await keysBySql(connection, cells, mapping.source ?? 'import'))
        )
          return;
        const rows = await share.rows(undefined);
        await remember(
          connection,
          rows.flatMap((row) => ('row' in row ? [keyOf(mapping.source ?? 'import', row.row.content)] : [])),
        );
      });
    } finally {
      await share.release();
    }
  }
}

const keyOf = (source: string, content: string) =>
  twinKeyOf(createHash('sha256').update(source).update('\0').update(content).digest('hex'));

/** False: some row needs an escape, and SQL does not see its content as JavaScript does. */
async function keysBySql(duck: DuckDBConnection, cells: string, source: string): Promise<boolean> {
  try {
    await duck.run(`CREATE OR REPLACE TEMP TABLE recalled AS SELECT substr(sha256(${literal(source)} || chr(0) || content), 53, 12) AS key,
      NOT regexp_matches(wrapped, '["\\\\\\x00-\\x1f]') AS plain FROM (${cells})`);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return false;
  }
  const [plain] = await oneRow(duck, 'SELECT coalesce(bool_and(plain), true) FROM recalled');
  if (plain !== true) return false;
  await duck.run('INSERT INTO seen_keys SELECT key FROM recalled');
  return true;
}

/**
 * Ends of transactions in the order in which their shares stand in the file. One that the database makes wait for a later one, which
 * waits for its turn, has the later ones let go.
 */
class Turns {
  #last: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<(error: unknown) => void>();

  next() {
    const before = this.#last;
    let end: () => void = () => {};
    let fail: (error: unknown) => void = () => {};
    const done = new Promise<void>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
    this.#last = done;
    done.catch(() => {});
    return {
      before,
      end,
      fail,
      /** Waits for the turn within a transaction, which may have to be given up for it. */
      come: async () => {
        let letGo: (error: unknown) => void = () => {};
        const asked = new Promise<never>((_, reject) => {
          letGo = reject;
        });
        this.#waiting.add(letGo);
        try {
          await Promise.race([before, asked]);
        } finally {
          this.#waiting.delete(letGo);
        }
      },
      othersLetGo: () => {
        for (const letGo of this.#waiting) letGo(new StaleRead());
      },
    };
  }
}

type Turn = ReturnType<Turns['next']>;

/** How often a share is written again before it is given up. */
const maxAttempts = 10;

async function write(
  context: LoadContext,
  checkpoint: Checkpoint,
  share: Share,
  { table, counts }: Prepared,
  turn: Turn,
  total: LoadCounts,
): Promise<LoadCounts> {
  const { duck, dryRun, sql, tenant, partitions } = context;
  if (table === undefined || dryRun) {
    await turn.before;
    if (table !== undefined) counts.accepted += counts.read - counts.exact;
    if (!dryRun)
      await sql.begin((tx) => moveOn(tx, checkpoint.id, share.from, share.to, plus(total, counts)));
    return counts;
  }
  return await duck.use(async (connection) => {
    const [first, last] = await oneRow(connection, `SELECT min(ms), max(ms) FROM ${table}`);
    if (first !== null) await partitions.ensure(monthsBetween(toNumber(first), toNumber(last)));
    const known = noLoadCounts();
    let looksFirst = false;
    for (let attempt = 1; ; attempt += 1) {
      const now = new Date();
      try {
        if (looksFirst) {
          // What is in flight before this share may be what it repeats.
          await turn.before;
          addCounts(known, await leaveOutKnown(context, connection, table, share));
        }
        const [fresh] = await oneRow(connection, `SELECT count(*) FROM ${table}`);
        const result = plus(plus(counts, known), { ...noLoadCounts(), accepted: toNumber(fresh) });
        await sql.begin(async (tx) => {
          await tx.unsafe(`SET LOCAL lock_timeout = '5s'`);
          await copyEvents(tx, connection, table, tenant.id, now);
          await turn.come();
          await moveOn(tx, checkpoint.id, share.from, share.to, plus(total, result));
          if (toNumber(fresh) > 0) {
            await connection.run(
              `CREATE OR REPLACE TEMP VIEW sums AS ${context.plan?.sumsOfRows(table) ?? ''}`,
            );
            await writeSums(tx, connection, { tenantId: tenant.id, now }, 'sums', 'player_ids', false);
          }
        });
        return result;
      } catch (error) {
        if (isUniqueViolation(error)) looksFirst = true;
        else if (isBadData(error)) {
          // A sum beyond 64 bits: the ordinary path finds the event that it is about.
          await turn.before;
          const all = await loadExactly(
            context,
            share,
            undefined,
            context.mapping.source ?? 'import',
            twinsOf(connection),
          );
          await sql.begin((tx) => moveOn(tx, checkpoint.id, share.from, share.to, plus(total, all.counts)));
          return all.counts;
        } else if (isCheckViolation(error)) {
          // A partition went while this was on its way.
          await partitions.refresh();
          if (first !== null) await partitions.ensure(monthsBetween(toNumber(first), toNumber(last)));
        } else if (!isRetryable(error)) throw error;
        if (attempt >= maxAttempts) throw error;
        if (isRetryable(error)) {
          turn.othersLetGo();
          await turn.before;
        }
      }
    }
  });
}

const plus = (a: LoadCounts, b: LoadCounts): LoadCounts => {
  const sum = { ...a };
  addCounts(sum, b);
  return sum;
};

/** The ledger first: a known id stops the share before anything else is sent. Sorted as the ledger is, so that its pages are met in order. */
async function copyEvents(
  tx: Tx,
  duck: DuckDBConnection,
  table: string,
  tenantId: string,
  now: Date,
): Promise<void> {
  const tenant = literal(tenantId);
  await copyInto(
    tx,
    'crmbet.event_ids (tenant_id, player_id, source, event_id, body_hash)',
    duck,
    `SELECT ${lineSql([tenant, 'p.player_id', `'0'`, 'r.id', 'r.hash::VARCHAR'])}
     FROM ${table} r JOIN player_ids p ON p.player = r.player ORDER BY p.player_id, r.id`,
  );
  await copyInto(
    tx,
    'crmbet.events (tenant_id, player_id, occurred_at, source, event_id, type, brand, data, received_at)',
    duck,
    `SELECT ${lineSql([
      tenant,
      'p.player_id',
      instantText('r.ms'),
      `'0'`,
      'r.id',
      'r.type',
      `coalesce(r.brand, '\\N')`,
      'r.json',
      literal(now.toISOString()),
    ])} FROM ${table} r JOIN player_ids p ON p.player = r.player ORDER BY p.player_id, r.ms`,
  );
}

const lookAtOnce = 20_000;

/** Takes out of a table the rows whose ids are in the ledger, or came before in the table; says what they were. */
async function leaveOutKnown(
  context: LoadContext,
  duck: DuckDBConnection,
  table: string,
  share: Share,
): Promise<LoadCounts> {
  const { sql, tenant } = context;
  await duck.run('CREATE OR REPLACE TEMP TABLE known (place BIGINT, same BOOLEAN)');
  const rows = await allRows(
    duck,
    `SELECT r.rowid, p.player_id, r.id, r.hash FROM ${table} r JOIN player_ids p ON p.player = r.player
     ORDER BY p.player_id, r.id`,
  );
  const appender = await duck.createAppender('known', 'main', 'temp');
  for (let from = 0; from < rows.length; from += lookAtOnce) {
    const some = rows.slice(from, from + lookAtOnce);
    const stored = await sql.unsafe<{ place: bigint; same: boolean }[]>(
      `SELECT u.place, i.body_hash = u.hash AS same
       FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) AS u (player_id, event_id, hash, place)
       JOIN crmbet.event_ids i
         ON i.tenant_id = $1::uuid AND i.player_id = u.player_id AND i.source = 0 AND i.event_id = u.event_id`,
      [
        tenant.id,
        plainArray(some.map(([, player]) => toText(player))),
        textArray(some.map(([, , id]) => toText(id))),
        plainArray(some.map(([, , , hash]) => toText(hash))),
        plainArray(some.map(([place]) => toText(place))),
      ],
    );
    for (const { place, same } of stored) {
      appender.appendBigInt(place);
      appender.appendBoolean(same);
      appender.endRow();
    }
  }
  appender.closeSync();
  await duck.run(`
    INSERT INTO known SELECT place, hash = first_hash FROM (
      SELECT rowid AS place, hash, row_number() OVER w AS occurrence, first_value(hash) OVER w AS first_hash
      FROM ${table} WINDOW w AS (PARTITION BY player, id ORDER BY rowid)
    ) WHERE occurrence > 1 AND place NOT IN (SELECT place FROM known)`);
  const [same, other] = await oneRow(
    duck,
    'SELECT count(*) FILTER (same), count(*) FILTER (NOT same) FROM known',
  );
  if (toNumber(other) > 0) await reportConflicts(context, duck, share);
  await duck.run(`DELETE FROM ${table} WHERE rowid IN (SELECT place FROM known)`);
  return { ...noLoadCounts(), duplicates: toNumber(same), conflicts: toNumber(other) };
}

async function reportConflicts(context: LoadContext, duck: DuckDBConnection, share: Share): Promise<void> {
  const places = await allRows(duck, `SELECT place FROM known WHERE NOT same ORDER BY place`);
  const rows = await share.rows(new Set(places.map(([place]) => toNumber(place))));
  await context.onRejects(
    rows.flatMap((row) => ('row' in row ? [{ line: row.row.line, raw: row.row.raw, ...conflict }] : [])),
  );
}

/** An instant in each month from one to another. */
function monthsBetween(first: number, last: number): number[] {
  const months = [first, last];
  const date = new Date(first);
  for (let month = 1; ; month += 1) {
    const at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + month, 1);
    if (at > last) return months;
    months.push(at);
  }
}
