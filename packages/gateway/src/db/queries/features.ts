import type { FeatureDefinition } from '../../features/feature-definition.ts';
import { compileFeatures, type FeatureScope, SqlParameters } from '../../features/feature-sql.ts';
import type { PostgresClient } from '../database.ts';
import { overEverybody } from './over-everybody.ts';

export type FeatureRow = { player_id: string; external_id: string; values: (number | null)[] };

/** So many players are looked up one by one; more are joined. */
const few = 100;

/** The features of each player in the scope, in the order of the definitions. */
export async function readFeatures(
  sql: PostgresClient,
  definitions: readonly Pick<FeatureDefinition, 'id' | 'expression'>[],
  scope: FeatureScope,
): Promise<FeatureRow[]> {
  const isFew = scope.playerIds !== undefined && scope.playerIds.length <= few;
  const parameters = new SqlParameters();
  const { from, expressions } = compileFeatures(
    definitions,
    { ...scope, withoutNestedLoops: !isFew },
    parameters,
  );
  const list = definitions.map((feature) => expressions.get(feature.id)).join(', ');
  const select = `SELECT s.player_id, p.external_id, ARRAY[${list}]::double precision[] AS values ${from} ORDER BY s.player_id`;
  // The whole catalogue is a long text to plan; for named players, who are read again and again, it is planned once.
  if (isFew) return withNulls(await sql.unsafe<FeatureRow[]>(select, parameters.values, { prepare: true }));
  return await sql.begin(async (tx) => {
    await overEverybody(tx);
    return withNulls(await tx.unsafe<FeatureRow[]>(select, parameters.values));
  });
}

/** The client reads a NULL inside an array as NaN, which no feature ever is of itself. */
function withNulls(rows: FeatureRow[]): FeatureRow[] {
  for (const row of rows) row.values = row.values.map((value) => (Number.isNaN(value) ? null : value));
  return rows;
}
