import type { TransactionSql } from 'postgres';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import { compileFeatures, type FeatureScope, SqlParameters } from '../../features/feature-sql.ts';
import type { PostgresClient } from '../database.ts';
import { streamed } from '../streamed.ts';
import { overEverybody } from './over-everybody.ts';

/** A player's own id and then each feature, as the database writes them; null where a feature is undefined. */
export type FeatureTextRow = readonly (Buffer | null)[];

/**
 * The features of everybody, or of the members of a segment, in the order of the definitions and by player, some rows at a
 * time: a cursor in a transaction of its own, which reads on as the stream is read and ends with it. Everything is of one
 * moment on plain PostgreSQL.
 */
export const streamFeatures = (
  sql: PostgresClient,
  definitions: readonly Pick<FeatureDefinition, 'id' | 'expression'>[],
  scope: Omit<FeatureScope, 'playerIds'> & { segment?: string | undefined },
  rowsAtOnce: number,
): ReadableStream<FeatureTextRow[]> =>
  streamed(async (give) => {
    const parameters = new SqlParameters();
    const { from, expressions } = compileFeatures(definitions, scope, parameters);
    const list = definitions.map((feature) => `, ${expressions.get(feature.id)}`).join('');
    const members =
      scope.segment === undefined
        ? ''
        : ` AND EXISTS (
            SELECT 1 FROM crmbet.segment_members m
            WHERE m.tenant_id = s.tenant_id AND m.player_id = s.player_id
              AND m.segment_id = ${parameters.add(scope.segment)}::uuid)`;
    await sql.begin(async (tx) => {
      await overEverybody(tx);
      await asItIsRead(tx);
      const rows = tx
        .unsafe(`SELECT p.external_id${list} ${from}${members} ORDER BY s.player_id`, parameters.values)
        .raw()
        .cursor(rowsAtOnce);
      for await (const some of rows) await give(some);
    });
  });

/**
 * Rows that are wanted in the order of the keys are joined and added up in it: the first of them comes at once, and nothing is hashed or
 * sorted as a whole, which would need memory or temporary files for everybody.
 */
async function asItIsRead(tx: TransactionSql<{ bigint: bigint }>): Promise<void> {
  await tx`SET LOCAL enable_hashagg = off`;
  await tx`SET LOCAL enable_hashjoin = off`;
}

/** How many rows that will be, or nearly: players come while it is counted. */
export async function countFeatureRows(
  sql: PostgresClient,
  tenantId: string,
  segment: string | undefined,
): Promise<number> {
  const [row] =
    segment === undefined
      ? await sql<{ total: bigint }[]>`
          SELECT count(*) AS total FROM crmbet.player_state WHERE tenant_id = ${tenantId}`
      : await sql<{ total: bigint }[]>`
          SELECT count(*) AS total FROM crmbet.segment_members WHERE tenant_id = ${tenantId} AND segment_id = ${segment}`;
  return Number(row?.total ?? 0n);
}
