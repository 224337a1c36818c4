import type { FeatureMatrix } from '@crmbet/engine';
import { readExamples } from '../../db/queries/training-examples.ts';
import { featureById } from '../../features/catalogue.ts';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import { GrowingExamples } from './growing-examples.ts';
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
  signal,
}: Pick<TrainingContext, 'reads' | 'tenant' | 'features' | 'now' | 'signal'>): Promise<PlayerMatrix> {
  const definitions = features.flatMap((id) => featureById.get(id) ?? []);
  const scope = { tenantId: tenant.id, timeZone: tenant.timeZone, today: tenant.today(now) };
  const players = new GrowingExamples(features);
  await reads.readEverything(({ sql }) =>
    readExamples(sql, definitions, scope, {}, (rows) => {
      signal.throwIfAborted();
      players.add(rows);
    }),
  );
  const { matrix, playerIds } = players.end();
  return { matrix, playerIds, definitions };
}

/** The transform of each feature that spans orders of magnitude, as scalings take it. */
export const heavyTailed = (definitions: readonly FeatureDefinition[]): Record<string, 'log1p'> =>
  Object.fromEntries(
    definitions
      .filter((feature) => feature.unit !== 'share')
      .map((feature) => [feature.id, 'log1p' as const]),
  );
