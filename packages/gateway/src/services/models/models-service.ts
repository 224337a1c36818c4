import type { Principal } from '../../auth/principal.ts';
import { uuidv7 } from '../../auth/uuid-v7.ts';
import type { Database } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/failures.ts';
import { toPage } from '../../db/queries/cursor.ts';
import { findModel, listModels, listPoints, type ModelRow } from '../../db/queries/models.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import { featureById } from '../../features/catalogue.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';

/** What tells players apart in most books: how much, how often, how lately, at what, and when. */
const defaultFeatures = [
  'deposits_amount_90d',
  'deposits_count_90d',
  'turnover_90d',
  'ggr_90d',
  'average_stake_90d',
  'bets_count_90d',
  'casino_rounds_90d',
  'casino_share_90d',
  'bonus_share_90d',
  'night_share_90d',
  'weekend_share_90d',
  'active_days_90d',
  'sessions_count_90d',
  'days_since_last_activity',
];

export type NewModel = {
  name: string;
  algorithm: 'kmeans';
  k: number;
  features?: string[] | undefined;
  seed: number;
};

export class ModelsService {
  readonly #db: Database;
  readonly #queue: JobQueue;
  readonly #reads: Reads;

  constructor(db: Database, queue: JobQueue, reads: Reads) {
    this.#db = db;
    this.#queue = queue;
    this.#reads = reads;
  }

  /** The model, its job and the queue's entry commit together. */
  async create(principal: Principal, wanted: NewModel) {
    const chosen = wanted.features ?? defaultFeatures;
    checkFeatures(chosen);
    const now = new Date();
    const id = uuidv7(now);
    const jobId = uuidv7(now);
    const { tenantId } = principal;
    try {
      await this.#db.sql.begin(async (tx) => {
        await tx`
          INSERT INTO crmbet.models (id, tenant_id, name, algorithm, k, features, seed, state, job_id, created_at)
          VALUES (${id}, ${tenantId}, ${wanted.name}, ${wanted.algorithm}, ${wanted.k}, ${chosen}::text[], ${wanted.seed}::bigint, 'training', ${jobId}, ${now})`;
        await tx`
          INSERT INTO crmbet.jobs (id, tenant_id, kind, state, progress, model_id, created_at)
          VALUES (${jobId}, ${tenantId}, 'train_model', 'queued', 0, ${id}, ${now})`;
        await this.#queue.enqueue(tx, { jobId, tenantId, modelId: id });
      });
    } catch (error) {
      if (isUniqueViolation(error))
        throw new CrmbetError('name_taken', `There is a model called "${wanted.name}" already.`);
      throw error;
    }
    return await this.read(principal, id);
  }

  async list(principal: Principal, query: { limit: number; cursor?: string | undefined }) {
    const rows = await this.#reads.read(principal, (db) => listModels(db, principal.tenantId, query));
    return toPage(rows, query.limit, (row) => [row.createdAt.toISOString(), row.id], toModel);
  }

  async read({ tenantId }: Principal, id: string) {
    return toModel(found(await findModel(this.#db, tenantId, id), 'model'));
  }

  async clusters({ tenantId }: Principal, id: string) {
    const { profiles } = ready(found(await findModel(this.#db, tenantId, id), 'model'));
    return [...profiles]
      .sort((a, b) => b.size - a.size)
      .map(({ cluster, size, share, traits, features }) => ({
        index: cluster,
        size,
        share,
        traits: traits.map(({ feature, direction, strength, effect }) => ({
          feature,
          direction,
          strength,
          effect,
        })),
        features: features.map(({ feature, mean, median, overallMean, effect }) => ({
          feature,
          mean,
          median,
          overallMean,
          effect,
        })),
      }));
  }

  async points(principal: Principal, id: string, limit: number) {
    const { tenantId } = principal;
    const rows = await this.#reads.read(principal, async (db) => {
      ready(found(await findModel(db, tenantId, id), 'model'));
      return await listPoints(db, tenantId, id, limit);
    });
    return rows.map(({ external_id, x, y, cluster }) => ({ player: external_id, x, y, cluster }));
  }
}

function checkFeatures(ids: readonly string[]): void {
  const errors = ids.flatMap((id, index) => {
    const pointer = `/features/${index}`;
    if (!featureById.has(id))
      return [{ pointer, detail: 'is not a feature of the catalogue (see /v1/features)' }];
    return ids.indexOf(id) < index ? [{ pointer, detail: 'is named twice' }] : [];
  });
  if (errors.length > 0) throw new CrmbetError('request_invalid', 'The features cannot be used.', { errors });
}

function ready(row: ModelRow) {
  if (row.state !== 'ready' || row.profiles === null) {
    throw new CrmbetError(
      'model_not_ready',
      row.state === 'training' ? 'The model is still being trained.' : `The training has ${row.state}.`,
    );
  }
  return { profiles: row.profiles };
}

const toModel = (row: ModelRow) => ({
  id: row.id,
  name: row.name,
  algorithm: row.algorithm,
  k: row.k,
  features: row.features,
  seed: row.seed,
  state: row.state,
  job: row.jobId,
  players: row.players,
  inertia: row.fitted?.inertia ?? null,
  iterations: row.fitted?.iterations ?? null,
  converged: row.fitted?.converged ?? null,
  device: row.fitted?.device ?? null,
  createdAt: row.createdAt.toISOString(),
  trainedAt: row.trainedAt?.toISOString() ?? null,
});
