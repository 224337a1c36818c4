import type { Principal } from '../../auth/principal.ts';
import { uuidv7 } from '../../auth/uuid-v7.ts';
import type { Database } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/failures.ts';
import { toPage } from '../../db/queries/cursor.ts';
import { findVersionDetails, isTraining } from '../../db/queries/model-versions.ts';
import { deleteModel, findModel, insertModel, listModels, lockModel } from '../../db/queries/models.ts';
import { deletePlaces, listPoints } from '../../db/queries/player-clusters.ts';
import { deleteScores, segmentsReading } from '../../db/queries/player-scores.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import {
  type ParametersOf,
  type Purpose,
  purposeOf,
  Setting,
  type TrainedAlgorithm,
} from '../../models/algorithms.ts';
import { defaultFeatures } from '../../models/default-features.ts';
import { beginTraining } from './new-version.ts';
import { toModel } from './to-model.ts';

/** An algorithm with its parameters beside it, as callers write it. */
export type NewModel = {
  name: string;
  features?: string[] | undefined;
  seed: number;
} & { [A in TrainedAlgorithm]: { algorithm: A } & ParametersOf<A> }[TrainedAlgorithm];

export class ModelsService {
  readonly #db: Database;
  readonly #queue: JobQueue;
  readonly #reads: Reads;

  constructor(db: Database, queue: JobQueue, reads: Reads) {
    this.#db = db;
    this.#queue = queue;
    this.#reads = reads;
  }

  /** The model, its first version, the job and the queue's entry commit together. */
  async create(principal: Principal, wanted: NewModel) {
    const { name, features, seed, algorithm, ...parameters } = wanted;
    const setting = Setting.parse({ algorithm, parameters });
    const now = new Date();
    const id = uuidv7(now);
    const { tenantId } = principal;
    await insertNamed(name, () =>
      this.#db.sql.begin(async (tx) => {
        await insertModel(tx, { id, tenantId, name, purpose: purposeOf(setting), createdAt: now });
        const training = { setting, features: features ?? defaultFeatures(algorithm), seed };
        await beginTraining(tx, this.#queue, { tenantId, modelId: id, version: 1 }, training, now);
      }),
    );
    return await this.read(principal, id);
  }

  async list(
    principal: Principal,
    query: { limit: number; cursor?: string | undefined; purpose?: Purpose | undefined },
  ) {
    const rows = await this.#reads.read(principal, (db) => listModels(db, principal.tenantId, query));
    return toPage(rows, query.limit, ({ model }) => [model.createdAt.toISOString(), model.id], toModel);
  }

  async read({ tenantId }: Principal, id: string) {
    return toModel(found(await findModel(this.#db, tenantId, id), 'model'));
  }

  /** With every version, score and place of it. Not while a segment reads it or a version of it is trained. */
  async remove({ tenantId }: Principal, id: string): Promise<void> {
    await this.#db.sql.begin(async (tx) => {
      found(await lockModel(tx, tenantId, id), 'model');
      const readers = await segmentsReading(tx, tenantId, id);
      if (readers.length > 0)
        throw new CrmbetError('model_in_use', `Segments read the model: ${readers.slice(0, 10).join(', ')}.`);
      if (await isTraining(tx, tenantId, id))
        throw new CrmbetError('model_in_use', 'A version is being trained. Cancel its job first.');
      await deleteModel(tx, tenantId, id);
      await deleteScores(tx, tenantId, id);
      await deletePlaces(tx, { tenantId, modelId: id });
    });
  }

  async clusters({ tenantId }: Principal, id: string) {
    const { profiles } = await this.#served(this.#db, tenantId, id);
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
      const { version } = await this.#served(db, tenantId, id);
      return await listPoints(db, { tenantId, modelId: id, version }, limit);
    });
    return rows.map(({ external_id, x, y, cluster }) => ({ player: external_id, x, y, cluster }));
  }

  /** The version of a clustering that is served, with its profiles. */
  async #served(db: Database, tenantId: string, id: string) {
    const { model, shown } = found(await findModel(db, tenantId, id), 'model');
    if (shown.state !== 'ready') {
      throw new CrmbetError(
        'model_not_ready',
        shown.state === 'training' ? 'The model is still being trained.' : `The training has ${shown.state}.`,
      );
    }
    const row = await findVersionDetails(db, { tenantId, modelId: id, version: shown.version });
    if (row === undefined || row.profiles === null)
      throw new CrmbetError('model_not_ready', `A model of ${model.purpose} has no clusters.`);
    return { version: row.version, profiles: row.profiles };
  }
}

/** Says in words that the name is taken. */
export async function insertNamed(name: string, insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (error) {
    if (isUniqueViolation(error))
      throw new CrmbetError('name_taken', `There is a model called "${name}" already.`);
    throw error;
  }
}
