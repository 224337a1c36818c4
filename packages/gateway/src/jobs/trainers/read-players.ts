import { FeatureMatrix } from '@crmbet/engine';
import { readFeatures } from '../../db/queries/features.ts';
import { featureById } from '../../features/catalogue.ts';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import type { TrainingContext } from './trainer.ts';

/** Everybody, as they are: row i of the matrix is player i. */
export type PlayerMatrix = {
  matrix: FeatureMatrix;
  playerIds: string[];
  /** Of the columns, in their order. */
  definitions: FeatureDefinition[];
};

/** The features of every player of the tenant, today. */
export async function readPlayers({
  reads,
  tenant,
  features,
  now,
}: Pick<TrainingContext, 'reads' | 'tenant' | 'features' | 'now'>): Promise<PlayerMatrix> {
  const definitions = features.flatMap((id) => featureById.get(id) ?? []);
  const rows = await reads.readEverything(({ sql }) =>
    readFeatures(sql, definitions, {
      tenantId: tenant.id,
      timeZone: tenant.timeZone,
      today: tenant.today(now),
    }),
  );
  const columns = definitions.map((_, column) =>
    Float64Array.from(rows, (row) => row.values[column] ?? Number.NaN),
  );
  return {
    matrix: FeatureMatrix.fromColumns([...features], columns),
    playerIds: rows.map((row) => row.player_id),
    definitions,
  };
}

/** The transform of each feature that spans orders of magnitude, as scalings take it. */
export const heavyTailed = (definitions: readonly FeatureDefinition[]): Record<string, 'log1p'> =>
  Object.fromEntries(
    definitions
      .filter((feature) => feature.unit !== 'share')
      .map((feature) => [feature.id, 'log1p' as const]),
  );
