import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Counter, counterNames } from '../ingest/counters.ts';
import { StaleRead, type Tx } from '../ingest/transaction.ts';
import { daysSql, momentNames, stateSql } from './count-groups.ts';
import { allRows, oneRow, textOf, toText } from './duck.ts';
import { literal } from './sql-text.ts';

/** Sends the only column of a query, lines in the text format of COPY, into a table. */
export async function copyInto(tx: Tx, target: string, duck: DuckDBConnection, sql: string): Promise<void> {
  // Asked first: while a COPY is open nothing else can be said on its connection.
  // Some hundred lines a value: a value a line would cost JavaScript more than all the rest. Which of them come first is of no matter
  // to the rows, and lines that stay together are neighbours in the indexes.
  const lines = await duck.stream(
    `SELECT string_agg(line, '') FROM (SELECT line, (row_number() OVER ()) // 500 AS part FROM (${sql}) AS of (line)) GROUP BY part`,
  );
  const stream = await tx.unsafe(`COPY ${target} FROM STDIN`).writable();
  // A connection that breaks says so once more, when nobody listens any longer.
  stream.on('error', () => {});
  try {
    await pipeline(Readable.from(textOf(lines)), stream);
  } catch (error) {
    // The client ends its COPY a turn after it told us; before that it would refuse the rollback.
    await new Promise((next) => setImmediate(next));
    throw error;
  }
}

const tab = ` || '\t' || `;
/** Fields of one line; each a text that is never NULL. */
export const lineSql = (fields: readonly string[]): string => `${fields.join(tab)} || '\n'`;

/** What COPY takes for an instant, of milliseconds since 1970. */
export const instantText = (ms: string): string => `(epoch_ms(${ms})::VARCHAR || '+00')`;
const orNull = (text: string): string => `coalesce(${text}, '\\N')`;

export type SumsTarget = { tenantId: string; now: Date };

/**
 * Adds sums of groups to what the store says of players: state, players, days, in the order in which the write path locks them. `ids`
 * is a table of (player, player_id) that has every player of `sums`.
 *
 * @param daysAreNew no day of these players is stored yet: then days are copied in without a look; a unique violation says it was wrong
 * @throws {StaleRead} an account got another currency meanwhile
 */
export async function writeSums(
  tx: Tx,
  duck: DuckDBConnection,
  { tenantId, now }: SumsTarget,
  sums: string,
  ids: string,
  daysAreNew: boolean,
): Promise<void> {
  const tenant = literal(tenantId);
  await duck.run(`CREATE OR REPLACE TEMP TABLE days AS ${daysSql(sums)}`);
  await readAccounts(tx, duck, tenantId, sums, ids);
  const used = await usedCounters(duck);
  // Every event counts as one: there is none.
  if (used.length === 0) return;
  await duck.run(`CREATE OR REPLACE TEMP TABLE states AS ${stateSql(sums, 'days', 'accounts')}`);
  const state = ['tenant_id', 'player_id', 'currency', ...momentNames, ...used];
  await stage(tx, 'bulk_state', 'crmbet.player_state', state);
  await copyInto(
    tx,
    `bulk_state (${state.join(', ')})`,
    duck,
    `SELECT ${lineSql([
      tenant,
      'i.player_id',
      orNull('s.currency'),
      ...momentNames.map((name) => orNull(instantText(`s.${name}`))),
      ...used.map((name) => `s.${name}::VARCHAR`),
    ])} FROM states s JOIN ${ids} i ON i.player = s.player ORDER BY i.player_id`,
  );
  const written = await tx.unsafe(stateUpsert(used));
  const [staged] = await tx.unsafe<{ count: number }[]>('SELECT count(*)::integer AS count FROM bulk_state');
  if (written.count !== staged?.count) throw new StaleRead();

  await stage(tx, 'bulk_players', 'crmbet.players', ['player_id', 'external_id', 'brand', 'brand_at']);
  await copyInto(
    tx,
    'bulk_players (player_id, external_id, brand, brand_at)',
    duck,
    `SELECT ${lineSql(['i.player_id', 's.player', orNull('s.brand'), orNull(instantText('s.brand_at'))])}
     FROM states s JOIN ${ids} i ON i.player = s.player ORDER BY i.player_id`,
  );
  await tx.unsafe(playersUpsert, [tenantId, now.toISOString()]);

  const day = ['tenant_id', 'player_id', 'day', 'currency', ...used];
  const dayLines = `SELECT ${lineSql([
    tenant,
    'i.player_id',
    `(DATE '1970-01-01' + d.day::INTEGER)::VARCHAR`,
    'd.currency',
    ...used.map((name) => `d.${name}::VARCHAR`),
  ])} FROM days d JOIN ${ids} i ON i.player = d.player ORDER BY i.player_id, d.day`;
  if (daysAreNew) await copyInto(tx, `crmbet.player_day (${day.join(', ')})`, duck, dayLines);
  else {
    await stage(tx, 'bulk_day', 'crmbet.player_day', day);
    await copyInto(tx, `bulk_day (${day.join(', ')})`, duck, dayLines);
    await tx.unsafe(dayUpsert(used));
  }
  await tx.unsafe('DROP TABLE IF EXISTS bulk_state, bulk_players, bulk_day');
  await duck.run('DROP TABLE days; DROP TABLE states; DROP TABLE accounts');
}

/** The counters that are not zero all over `days`: the others keep the zeros that they have or begin with. */
async function usedCounters(duck: DuckDBConnection): Promise<Counter[]> {
  const some = await oneRow(
    duck,
    `SELECT ${counterNames.map((name) => `coalesce(bool_or(${name} <> 0), false)`).join(', ')} FROM days`,
  );
  return counterNames.filter((_, at) => some[at] === true);
}

async function stage(tx: Tx, table: string, like: string, columns: readonly string[]): Promise<void> {
  await tx.unsafe(
    `CREATE TEMPORARY TABLE ${table} ON COMMIT DROP AS SELECT ${columns.join(', ')} FROM ${like} WITH NO DATA`,
  );
}

/** The currencies of the accounts that have one, as a table `accounts` (player, currency) of DuckDB. */
async function readAccounts(
  tx: Tx,
  duck: DuckDBConnection,
  tenantId: string,
  sums: string,
  ids: string,
): Promise<void> {
  const rows = await allRows(
    duck,
    `SELECT player, player_id FROM ${ids} WHERE player IN (SELECT player FROM ${sums} WHERE currency <> 'XXX')`,
  );
  await duck.run('CREATE OR REPLACE TEMP TABLE accounts (player VARCHAR, currency VARCHAR)');
  const appender = await duck.createAppender('accounts', 'main', 'temp');
  for (let from = 0; from < rows.length; from += 20_000) {
    const some = new Map(rows.slice(from, from + 20_000).map(([player, id]) => [toText(id), toText(player)]));
    const known = await tx.unsafe<{ player_id: string; currency: string }[]>(
      `SELECT player_id, currency FROM crmbet.player_state
       WHERE tenant_id = $1::uuid AND player_id = ANY($2::uuid[]) AND currency IS NOT NULL`,
      [tenantId, `{${[...some.keys()].join(',')}}`],
    );
    for (const { player_id, currency } of known) {
      appender.appendVarchar(some.get(player_id) ?? '');
      appender.appendVarchar(currency);
      appender.endRow();
    }
  }
  appender.closeSync();
}

const least = new Set<string>(['first_event_at', 'registered_at', 'first_deposit_at']);

const stateUpsert = (used: readonly Counter[]): string => {
  const columns = ['tenant_id', 'player_id', 'currency', ...momentNames, ...used].join(', ');
  const moments = momentNames.map(
    (name) => `${name} = ${least.has(name) ? 'least' : 'greatest'}(player_state.${name}, excluded.${name})`,
  );
  return `
    INSERT INTO crmbet.player_state (${columns}) SELECT ${columns} FROM bulk_state ORDER BY player_id
    ON CONFLICT (tenant_id, player_id) DO UPDATE SET
      currency = coalesce(player_state.currency, excluded.currency), ${moments.join(', ')},
      ${used.map((name) => `${name} = player_state.${name} + excluded.${name}`).join(', ')}
    WHERE player_state.currency IS NULL OR excluded.currency IS NULL OR player_state.currency = excluded.currency`;
};

const isEarlierBrand = `
  (excluded.brand_at IS NOT NULL AND (players.brand_at IS NULL
    OR (excluded.brand_at, excluded.brand COLLATE "C") < (players.brand_at, players.brand COLLATE "C")))`;

const playersUpsert = `
  INSERT INTO crmbet.players (tenant_id, player_id, external_id, brand, brand_at, profile, profile_times, profile_version, created_at)
  SELECT $1::uuid, player_id, external_id, brand, brand_at, '{}'::jsonb, '{}'::jsonb, 0, $2::timestamptz
  FROM bulk_players ORDER BY player_id
  ON CONFLICT (tenant_id, player_id) DO UPDATE SET
    brand = CASE WHEN ${isEarlierBrand} THEN excluded.brand ELSE players.brand END,
    brand_at = least(players.brand_at, excluded.brand_at)
  WHERE ${isEarlierBrand}`;

const dayUpsert = (used: readonly Counter[]): string => {
  const columns = ['tenant_id', 'player_id', 'day', 'currency', ...used].join(', ');
  return `
    INSERT INTO crmbet.player_day (${columns}) SELECT ${columns} FROM bulk_day ORDER BY player_id, day, currency
    ON CONFLICT (tenant_id, player_id, day, currency) DO UPDATE SET
      ${used.map((name) => `${name} = player_day.${name} + excluded.${name}`).join(', ')}`;
};
