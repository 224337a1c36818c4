import type { PostgresClient } from '../database.ts';

/** A partition of `events` as the catalogue has it: from its first instant to the first one after it, in ms since 1970. */
export type PartitionRow = { table: string; from: number; to: number; rows: number | null; bytes: number };

/** Every partition that is attached, the earliest first. Rows are the planner's estimate, null before anybody counted. */
export async function listPartitions(sql: Pick<PostgresClient, 'unsafe'>): Promise<PartitionRow[]> {
  const rows = await sql.unsafe<{ name: string; bounds: string; rows: number; bytes: string }[]>(`
    SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds, c.reltuples::float8 AS rows,
      pg_total_relation_size(c.oid)::text AS bytes
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'crmbet.events'::regclass`);
  return rows
    .flatMap(({ name, bounds, rows: estimate, bytes }) => {
      const range = rangeOf(bounds);
      return range === undefined
        ? []
        : [{ table: name, ...range, rows: estimate < 0 ? null : estimate, bytes: Number(bytes) }];
    })
    .sort((a, b) => a.from - b.from);
}

/** Only where they begin and end, for whoever asks often. */
export async function attachedRanges(
  sql: Pick<PostgresClient, 'unsafe'>,
): Promise<{ from: number; to: number }[]> {
  const rows = await sql.unsafe<{ bounds: string }[]>(`
    SELECT pg_get_expr(c.relpartbound, c.oid) AS bounds
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'crmbet.events'::regclass`);
  return rows.flatMap(({ bounds }) => rangeOf(bounds) ?? []);
}

/** FOR VALUES FROM ('2026-05-01 00:00:00+00') TO ('2026-06-01 00:00:00+00'): our connections speak UTC. */
function rangeOf(bounds: string): { from: number; to: number } | undefined {
  const [, from = '', to = ''] = /FROM \('([^']+)\+00'\) TO \('([^']+)\+00'\)/.exec(bounds) ?? [];
  const range = {
    from: Date.parse(`${from.replace(' ', 'T')}Z`),
    to: Date.parse(`${to.replace(' ', 'T')}Z`),
  };
  return Number.isNaN(range.from) || Number.isNaN(range.to) ? undefined : range;
}
