import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/database.ts';
import { liveModels } from '../../db/queries/player-scores.ts';
import { features } from '../../features/catalogue.ts';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import { describeModelFeature } from '../../features/model-features.ts';
import type { Scorers } from '../../jobs/scorers.ts';

export class FeaturesService {
  readonly #db: Database;
  readonly #scorers: Scorers;

  constructor(db: Database, scorers: Scorers) {
    this.#db = db;
    this.#scorers = scorers;
  }

  /** The catalogue, and then what the tenant's models say of players. */
  async list({ tenantId }: Principal) {
    const models = await liveModels(this.#db.sql, tenantId);
    const ofModels = await Promise.all(
      models.map(async ({ modelId, activeVersion }) => {
        const scorer = await this.#scorers.get(tenantId, modelId, activeVersion);
        if (scorer === undefined) return [];
        const model = { id: modelId, name: scorer.name, version: activeVersion };
        return scorer.outputs.flatMap((output) => describeModelFeature(model, output) ?? []);
      }),
    );
    return [
      ...features.map((feature) => ({ ...toFeature(feature), model: null })),
      ...ofModels.flat().map((feature) => ({ ...toFeature(feature), model: feature.model })),
    ];
  }
}

const toFeature = ({ id, unit, window, definition, version, source }: FeatureDefinition) => ({
  id,
  unit,
  window,
  definition,
  version,
  source,
});
