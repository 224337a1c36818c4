import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import type { PostgresClient } from './database.ts';
import { type Placement, placement } from './placement.ts';
import * as schema from './schema/index.ts';

/** By which column of their keys the tables with players in them are spread over the nodes. */
export type DistributeBy = 'player' | 'tenant';

/** What a cluster says of a table of ours; a table that it says nothing of is local. */
export type CitusTable = {
  name: string;
  type: 'distributed' | 'reference' | 'local';
  column: string | null;
  colocation: number | null;
};

export type ClusterState = {
  tables: readonly CitusTable[];
  /** Settings of the role that we are, as `name=value`. */
  roleSettings: readonly string[];
  /** Whether the node that we talk to holds shards itself. */
  coordinatorHasShards: boolean;
};

/** The tables are not as they can be made by this step alone; the message says what to do. */
export class DistributionConflict extends Error {
  override readonly name = 'DistributionConflict';
}

const schemaName = 'crmbet';
/** The largest, and partitioned: it decides where the rows of a player are, and the others stand beside it. */
const leader = 'events';

const places: Readonly<Record<string, Placement | undefined>> = placement;
const tables = Object.entries(schema).flatMap(([key, table]) => {
  const of = places[key];
  return of === undefined || !is(table, PgTable) ? [] : [{ name: getTableName(table), of }];
});

/**
 * The statements that make a cluster as db/placement.ts has it; none where it is. Each is complete in itself: what was interrupted
 * is finished by the next run.
 * @throws DistributionConflict
 */
export function planDistribution(state: ClusterState, by: DistributeBy): string[] {
  const column = `${by}_id`;
  const there = new Map(state.tables.map((table) => [table.name, table]));
  for (const { name, of } of tables) refuseOther(name, of, there.get(name), column);
  const named = (name: string) => `'${schemaName}.${name}'`;
  const isThere = (name: string) => (there.get(name)?.type ?? 'local') !== 'local';

  const reference = tables.filter(({ name, of }) => of === 'reference' && !isThere(name));
  const spread = tables.filter(({ of }) => typeof of === 'object').map(({ name }) => name);
  // Beside one that is there already; else the leader first, in a group of its own.
  const first = isThere(leader) ? leader : (spread.find(isThere) ?? leader);
  refuseScattered(spread.flatMap((name) => there.get(name) ?? []));
  const distributed = [first, ...spread.filter((name) => name !== first)].filter((name) => !isThere(name));
  return [
    ...roleSettings(state),
    ...reference.map(({ name }) => `SELECT create_reference_table(${named(name)})`),
    ...distributed.map(
      (name) =>
        `SELECT create_distributed_table(${named(name)}, '${column}', colocate_with => ${name === first ? "'none'" : named(first)})`,
    ),
  ];
}

/** What every session of the gateway needs on a cluster. */
function roleSettings(state: ClusterState): string[] {
  const wanted: [name: string, value: string][] = [
    // SET LOCAL inside a transaction has to reach the nodes that do the work.
    ['citus.propagate_set_commands', 'local'],
    // A prepared statement on a shard of the very node that we talk to loses memory at each execution (Citus 14.0.1).
    ...(state.coordinatorHasShards
      ? [['plan_cache_mode', 'force_custom_plan'] satisfies [string, string]]
      : []),
  ];
  return wanted
    .filter(([name, value]) => !state.roleSettings.includes(`${name}=${value}`))
    .map(([name, value]) => `ALTER ROLE CURRENT_USER SET ${name} = '${value}'`);
}

function refuseOther(name: string, of: Placement, found: CitusTable | undefined, column: string): void {
  if (found === undefined || found.type === 'local') return;
  const table = `${schemaName}.${name}`;
  const isKind = of === found.type || (typeof of === 'object' && found.type === 'distributed');
  if (!isKind) {
    throw new DistributionConflict(
      `${table} is a ${found.type} table, and has to be ${typeof of === 'object' ? 'distributed' : of}. Run SELECT undistribute_table('${table}') while no gateway runs, and then this again.`,
    );
  }
  if (found.type === 'distributed' && found.column !== column) {
    throw new DistributionConflict(
      `${table} is distributed by ${found.column} already. Its rows are not moved to ${column} by this: run SELECT undistribute_table('${table}') for each distributed table while no gateway runs, and then this again.`,
    );
  }
}

function refuseScattered(found: readonly CitusTable[]): void {
  const distributed = found.filter(({ type }) => type === 'distributed');
  const [first] = distributed;
  const apart = distributed.find(({ colocation }) => colocation !== first?.colocation);
  if (first === undefined || apart === undefined) return;
  throw new DistributionConflict(
    `${schemaName}.${apart.name} is not beside ${schemaName}.${first.name}: a player's rows are on several nodes. Run SELECT update_distributed_table_colocation('${schemaName}.${apart.name}', colocate_with => '${schemaName}.${first.name}'), or undistribute it, and then this again.`,
  );
}

export type Distributed = { isCluster: false } | { isCluster: true; done: readonly string[] };

/** Makes the tables of a cluster as they have to be; does nothing on a plain database, and nothing the second time. */
export async function distribute(sql: PostgresClient, by: DistributeBy): Promise<Distributed> {
  if (!(await isCluster(sql))) return { isCluster: false };
  const done = planDistribution(await readState(sql), by);
  for (const statement of done) {
    await sql.begin(async (tx) => {
      await tx`SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`;
      await tx.unsafe(statement);
    });
  }
  return { isCluster: true, done };
}

export async function isCluster(sql: PostgresClient): Promise<boolean> {
  const rows = await sql`SELECT 1 FROM pg_extension WHERE extname = 'citus'`;
  return rows.length > 0;
}

async function readState(sql: PostgresClient): Promise<ClusterState> {
  const found = await sql<{ name: string; kind: string; column: string; colocation: number }[]>`
    SELECT c.relname AS name, t.citus_table_type AS kind, t.distribution_column AS column, t.colocation_id::int AS colocation
    FROM citus_tables t JOIN pg_class c ON c.oid = t.table_name
    WHERE c.relnamespace = ${schemaName}::text::regnamespace`;
  const settings = await sql<{ setting: string }[]>`
    SELECT unnest(s.setconfig) AS setting FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
    WHERE r.rolname = current_user`;
  const [coordinator] = await sql`SELECT 1 FROM pg_dist_node WHERE groupid = 0 AND shouldhaveshards`;
  return {
    tables: found.map(({ name, kind, column, colocation }) => ({
      name,
      type: kind === 'distributed' || kind === 'reference' ? kind : 'local',
      column: kind === 'distributed' ? column : null,
      colocation,
    })),
    roleSettings: settings.map(({ setting }) => setting),
    coordinatorHasShards: coordinator !== undefined,
  };
}
