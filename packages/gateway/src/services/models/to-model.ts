import type { VersionSummary } from '../../db/queries/model-versions.ts';
import type { ShownModel } from '../../db/queries/models.ts';

/** What a model and its versions say alike. */
const madeOf = (row: VersionSummary) => ({
  algorithm: row.algorithm,
  parameters: row.parameters,
  seed: row.seed,
  state: row.state,
  job: row.jobId,
  players: row.players,
  metrics: row.metrics,
  device: row.device,
  createdAt: row.createdAt.toISOString(),
  trainedAt: row.trainedAt?.toISOString() ?? null,
});

export const toModel = ({ model, shown }: ShownModel) => ({
  ...madeOf(shown),
  id: model.id,
  name: model.name,
  purpose: model.purpose,
  activeVersion: model.activeVersion,
  version: shown.version,
  experiment:
    model.challengerVersion === null || model.challengerShare === null
      ? null
      : { challenger: model.challengerVersion, share: model.challengerShare },
  features: shown.features,
  createdAt: model.createdAt.toISOString(),
});

type Serving = { activeVersion: number | null; challengerVersion: number | null };

export const toVersion = (model: Serving, row: VersionSummary) => ({
  ...madeOf(row),
  model: row.modelId,
  version: row.version,
  role: roleOf(model, row.version),
  features: row.features.map((id, index) => ({ id, version: row.featureVersions[index] ?? 1 })),
  lineage: row.lineage === null ? null : { ...row.lineage, features: [...row.lineage.features] },
  manifest: row.manifest,
  promotedAt: row.promotedAt?.toISOString() ?? null,
});

function roleOf(model: Serving, version: number): 'active' | 'challenger' | null {
  if (version === model.activeVersion) return 'active';
  return version === model.challengerVersion ? 'challenger' : null;
}
