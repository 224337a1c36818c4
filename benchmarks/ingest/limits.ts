import { createHash } from 'node:crypto';
import { once } from 'node:events';
import postgres, { type Sql } from 'postgres';
import type { MadeEvent } from './events.ts';

/** What PostgreSQL alone can do: the same rows, made beforehand, into the same tables, over four connections. */

const connections = 4;
const rowsPerStatement = 4000;
const tenant = '018f0000-0000-7000-8000-000000000001';

type Row = { player: string; time: string; id: string; hash: bigint; type: string; data: string };

function rowOf({ id, type, player, time, data }: MadeEvent): Row {
  const hex = createHash('sha256').update(player).digest('hex');
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
  const hash = createHash('sha256').update(id).digest().readBigInt64BE(0);
  return { player: uuid, time, id, hash, type, data: JSON.stringify(data) };
}

const eventLine = (row: Row) =>
  `${tenant}\t${row.player}\t${row.time}\t0\t${row.id}\t${row.type}\t\\N\t${row.data}\t${row.time}\n`;
const idLine = (row: Row) => `${tenant}\t${row.player}\t0\t${row.id}\t${row.hash}\n`;

const copyEvents =
  'COPY crmbet.events (tenant_id, player_id, occurred_at, source, event_id, type, brand, data, received_at) FROM STDIN';
const copyIds = 'COPY crmbet.event_ids (tenant_id, player_id, source, event_id, body_hash) FROM STDIN';

/** Rows a second. Each measurement begins with empty tables, over a database that is migrated. */
export async function measureLimits(databaseUrl: string, made: readonly MadeEvent[]) {
  const sql = postgres(databaseUrl, { max: connections, onnotice: () => {} });
  try {
    await makePartitions(sql, made);
    const rows = made.map(rowOf);
    const shares = Array.from({ length: connections }, (_, share) =>
      rows.filter((_, at) => at % connections === share),
    );
    const events = shares.map((share) => share.map(eventLine).join(''));
    const ids = shares.map((share) => share.map(idLine).join(''));
    const statements = shares.map(toStatements);
    const timed = async (work: (share: number) => Promise<void>): Promise<number> => {
      await sql`TRUNCATE crmbet.events, crmbet.event_ids`;
      await sql`CHECKPOINT`;
      const began = performance.now();
      await Promise.all(shares.map((_, share) => work(share)));
      return rows.length / ((performance.now() - began) / 1000);
    };
    return {
      copyEvents: await timed((share) => copy(sql, copyEvents, events[share] ?? '')),
      copyEventsAndIds: await timed(async (share) => {
        await copy(sql, copyEvents, events[share] ?? '');
        await copy(sql, copyIds, ids[share] ?? '');
      }),
      unnestEventsAndIds: await timed(async (share) => {
        for (const parameters of statements[share] ?? []) await insert(sql, parameters);
      }),
    };
  } finally {
    await sql.end();
  }
}

/** One for each day is enough of a range for a benchmark. */
async function makePartitions(sql: Sql, made: readonly MadeEvent[]): Promise<void> {
  const days = [...new Set(made.map(({ time }) => time.slice(0, 10)))];
  for (const day of days) {
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    await sql.unsafe(
      `CREATE TABLE IF NOT EXISTS crmbet.bench_${day.replaceAll('-', '_')} PARTITION OF crmbet.events FOR VALUES FROM ('${day}') TO ('${next}')`,
    );
  }
}

async function copy(sql: Sql, statement: string, text: string): Promise<void> {
  const stream = await sql.unsafe(statement).writable();
  for (let at = 0; at < text.length; at += 1 << 20) {
    if (!stream.write(text.slice(at, at + (1 << 20)))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

const array = (values: readonly string[]) => `{${values.join(',')}}`;
const texts = (values: readonly string[]) => array(values.map((value) => `"${value}"`));

function toStatements(rows: readonly Row[]): string[][] {
  const statements: string[][] = [];
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    const some = rows.slice(at, at + rowsPerStatement);
    statements.push([
      array(some.map(({ player }) => player)),
      texts(some.map(({ id }) => id)),
      array(some.map(({ hash }) => String(hash))),
      array(some.map(({ time }) => time)),
      texts(some.map(({ type }) => type)),
      `[${some.map(({ data }) => data).join(',')}]`,
    ]);
  }
  return statements;
}

async function insert(sql: Sql, parameters: string[]): Promise<void> {
  const [players, ids, hashes, times, types, data] = parameters.map((text) => text);
  await sql.begin(async (tx) => {
    await tx.unsafe(
      `INSERT INTO crmbet.event_ids (tenant_id, player_id, source, event_id, body_hash)
       SELECT '${tenant}', p, 0, e, h FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS u (p, e, h) ON CONFLICT DO NOTHING`,
      [players ?? '', ids ?? '', hashes ?? ''],
      { prepare: true },
    );
    await tx.unsafe(
      `INSERT INTO crmbet.events (tenant_id, player_id, occurred_at, source, event_id, type, data, received_at)
       SELECT '${tenant}', u.p, u.t, 0, u.e, u.y, u.d, u.t
       FROM ROWS FROM (unnest($1::uuid[]), unnest($2::timestamptz[]), unnest($3::text[]), unnest($4::text[]), json_array_elements($5::text::json)) AS u (p, t, e, y, d)`,
      [players ?? '', times ?? '', ids ?? '', types ?? '', data ?? ''],
      { prepare: true },
    );
  });
}
