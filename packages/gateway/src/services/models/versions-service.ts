import type { TransactionSql } from 'postgres';
import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/database.ts';
import { toPage } from '../../db/queries/cursor.ts';
import {
  countVersions,
  deleteVersion,
  findVersion,
  forgetPromotion,
  listVersions,
  notePromotion,
  promotedBefore,
  stateOfVersion,
  type VersionId,
  type VersionSummary,
} from '../../db/queries/model-versions.ts';
import { findModel, lockModel, type Serving, setServing, takeVersion } from '../../db/queries/models.ts';
import { deletePlaces } from '../../db/queries/player-clusters.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import { requestScoring, scoreModel } from '../../jobs/request-scoring.ts';
import { type ParametersOf, purposeOf, Setting, type TrainedAlgorithm } from '../../models/algorithms.ts';
import { beginTraining, type TrainingWanted } from './new-version.ts';
import { onnxFile } from './onnx-file.ts';
import { requireReadOutputs } from './require-read-outputs.ts';
import { toModel, toVersion } from './to-model.ts';

/** What is left out is as in the version that the model shows. */
export type NewVersion = { features?: string[] | undefined; seed?: number | undefined } & (
  | { algorithm: 'unchanged' }
  | { [A in TrainedAlgorithm]: { algorithm: A } & ParametersOf<A> }[TrainedAlgorithm]
);

type Transaction = TransactionSql<{ bigint: bigint }>;

/** The versions of a model: training another, and which of them is served. */
export class VersionsService {
  readonly #db: Database;
  readonly #queue: Pick<JobQueue, 'enqueue'>;

  constructor(db: Database, queue: Pick<JobQueue, 'enqueue'>) {
    this.#db = db;
    this.#queue = queue;
  }

  /** The version, its job and the queue's entry commit together. */
  async train(principal: Principal, modelId: string, wanted: NewVersion) {
    const { tenantId } = principal;
    const { model, shown } = found(await findModel(this.#db, tenantId, modelId), 'model');
    const training = trainingOf(wanted, shown);
    if (purposeOf(training.setting) !== model.purpose) {
      throw new CrmbetError('request_invalid', 'Every version of a model is for the same.', {
        errors: [{ pointer: '/algorithm', detail: `does not fit a model of ${model.purpose}` }],
      });
    }
    const now = new Date();
    const version = await this.#db.sql.begin(async (tx) => {
      const next = found(await takeVersion(tx, tenantId, modelId), 'model');
      await beginTraining(tx, this.#queue, { tenantId, modelId, version: next }, training, now);
      return next;
    });
    return await this.read(principal, modelId, version);
  }

  async list(
    { tenantId }: Principal,
    modelId: string,
    query: { limit: number; cursor?: string | undefined },
  ) {
    const { model } = found(await findModel(this.#db, tenantId, modelId), 'model');
    const rows = await listVersions(this.#db, { tenantId, modelId }, query);
    return toPage(
      rows,
      query.limit,
      (row) => [String(row.version), row.modelId],
      (row) => toVersion(model, row),
    );
  }

  async read({ tenantId }: Principal, modelId: string, version: number) {
    const { model } = found(await findModel(this.#db, tenantId, modelId), 'model version');
    return toVersion(
      model,
      found(await findVersion(this.#db, { tenantId, modelId, version }), 'model version'),
    );
  }

  /** The version as an ONNX file. */
  async file(principal: Principal, modelId: string, version: number) {
    return await onnxFile(this.#db, principal, modelId, version);
  }

  /** From here on the version answers for every player, but for those of an experiment. */
  async promote(principal: Principal, modelId: string, version: number) {
    return await this.#serve(principal, modelId, async (tx, serving) => {
      const id = { tenantId: principal.tenantId, modelId, version };
      await requireReady(tx, id);
      if (serving.activeVersion !== version) await notePromotion(tx, id, new Date());
      return withActive(serving, version);
    });
  }

  /**
   * Back to the version that was promoted before the active one was; again and again as far as there is one. The version that is left
   * counts as never promoted, so that no later way back leads to it.
   */
  async rollBack(principal: Principal, modelId: string) {
    return await this.#serve(principal, modelId, async (tx, serving) => {
      const { activeVersion: active } = serving;
      const left = active === null ? undefined : { tenantId: principal.tenantId, modelId, version: active };
      const before = left && (await promotedBefore(tx, left));
      if (left === undefined || before === undefined)
        throw new CrmbetError('version_not_earlier', 'No other version was promoted before the active one.');
      await forgetPromotion(tx, left);
      return withActive(serving, before);
    });
  }

  /** Has a second version answer for a share of the players. A running experiment is replaced. */
  async experiment(
    principal: Principal,
    modelId: string,
    { challenger, share }: { challenger: number; share: number },
  ) {
    return await this.#serve(principal, modelId, async (tx, serving) => {
      const refuse = (detail: string) =>
        new CrmbetError('request_invalid', 'The experiment cannot be run.', {
          errors: [{ pointer: '/challenger', detail }],
        });
      if (challenger === serving.activeVersion) throw refuse('is the active version');
      const state = await stateOfVersion(tx, { tenantId: principal.tenantId, modelId, version: challenger });
      if (state === undefined) throw refuse('is no version of the model');
      if (serving.activeVersion === null || state !== 'ready')
        throw new CrmbetError('model_not_ready', 'An experiment takes two versions that are ready.');
      return { ...serving, challengerVersion: challenger, challengerShare: share };
    });
  }

  /** From here on the active version answers for everybody. Where there is no experiment it does already. */
  async endExperiment(principal: Principal, modelId: string): Promise<void> {
    await this.#serve(principal, modelId, async (_, serving) => ({
      ...serving,
      challengerVersion: null,
      challengerShare: null,
    }));
  }

  /** For ever, with where it put each player. Its number is not given again. */
  async remove({ tenantId }: Principal, modelId: string, version: number): Promise<void> {
    await this.#db.sql.begin(async (tx) => {
      const model = found(await lockModel(tx, tenantId, modelId), 'model version');
      const id = { tenantId, modelId, version };
      const state = found(await stateOfVersion(tx, id), 'model version');
      const inUse = (why: string) => new CrmbetError('version_in_use', why);
      if (version === model.activeVersion)
        throw inUse('The version is the active one. Promote another first.');
      if (version === model.challengerVersion)
        throw inUse('The version is in an experiment. End that first.');
      if (state === 'training') throw inUse('The version is being trained. Cancel its job first.');
      if ((await countVersions(tx, id)) === 1) throw inUse('It is the only version of the model.');
      await deleteVersion(tx, id);
      await deletePlaces(tx, id);
    });
  }

  /** Has everybody scored who needs it; returns the id of the job. Scores are kept current anyhow: this is for whoever will not wait. */
  async score({ tenantId }: Principal, modelId: string): Promise<string> {
    return await scoreModel({ db: this.#db, queue: this.#queue }, { tenantId, modelId });
  }

  /** Changes which versions are served, one change after the other, and has everybody scored by them. */
  async #serve(
    { tenantId }: Principal,
    modelId: string,
    change: (tx: Transaction, serving: Serving) => Promise<Serving>,
  ) {
    await this.#db.sql.begin(async (tx) => {
      const serving = found(await lockModel(tx, tenantId, modelId), 'model');
      const next = await change(tx, serving);
      for (const version of [next.activeVersion, next.challengerVersion]) {
        if (version === null || version === serving.activeVersion) continue;
        await requireReadOutputs(tx, { tenantId, modelId, version });
      }
      await setServing(tx, tenantId, modelId, next);
      await requestScoring(tx, this.#queue, { tenantId, modelId }, new Date());
    });
    return toModel(found(await findModel(this.#db, tenantId, modelId), 'model'));
  }
}

const trainingOf = (wanted: NewVersion, shown: VersionSummary): TrainingWanted => {
  const { features, seed, algorithm, ...parameters } = wanted;
  if (algorithm === 'unchanged' && shown.algorithm === 'onnx') {
    throw new CrmbetError('request_invalid', 'A model that was brought is not trained here.', {
      errors: [{ pointer: '/algorithm', detail: 'name one that trains' }],
    });
  }
  return {
    setting: Setting.parse(
      algorithm === 'unchanged'
        ? { algorithm: shown.algorithm, parameters: shown.parameters }
        : { algorithm, parameters },
    ),
    features: features ?? shown.features,
    seed: seed ?? shown.seed,
  };
};

/** An experiment of the version that becomes the active one is over. */
const withActive = (serving: Serving, version: number): Serving => {
  const decided = serving.challengerVersion === version;
  return {
    activeVersion: version,
    challengerVersion: decided ? null : serving.challengerVersion,
    challengerShare: decided ? null : serving.challengerShare,
  };
};

async function requireReady(tx: Transaction, id: VersionId): Promise<void> {
  const state = found(await stateOfVersion(tx, id), 'model version');
  if (state === 'ready') return;
  throw new CrmbetError(
    'model_not_ready',
    state === 'training' ? 'The version is still being trained.' : `The training has ${state}.`,
  );
}
