import { driftBaseline, lineageOf, type ModelOutput } from '@crmbet/engine';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import type { DriftBaseline, VersionLineage } from '../../models/version-record.ts';
import type { PlayerMatrix } from './read-players.ts';
import type { TrainingContext } from './trainer.ts';

/** Where a version comes from, and how its features and answers are spread: what lineage and drift are told by later. */
export async function describeTraining(
  context: Pick<TrainingContext, 'modelId' | 'seed' | 'tenant' | 'now' | 'signal'> & { parameters: object },
  of: Pick<PlayerMatrix, 'matrix' | 'playerIds'> & {
    definitions: readonly Pick<FeatureDefinition, 'id' | 'version'>[];
    outputs: readonly ModelOutput[];
    device: string;
  },
): Promise<{ lineage: VersionLineage; driftBaseline: DriftBaseline }> {
  const { matrix, playerIds, definitions, outputs, device } = of;
  const { modelId, parameters, seed, tenant, now, signal } = context;
  const { baseline: _kept, ...lineage } = await lineageOf({
    matrix,
    model: modelId,
    parameters,
    seed,
    device,
    featureVersions: Object.fromEntries(definitions.map(({ id, version }) => [id, version])),
    fittedAt: now,
    signal,
  });
  return {
    lineage: { ...lineage, asOf: tenant.today(now), players: new Set(playerIds).size },
    driftBaseline: await driftBaseline(matrix, { outputs, signal }),
  };
}
