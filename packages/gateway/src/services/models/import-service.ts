import { checkFeatureVersions, EngineError, FeatureMatrix, type OnnxModel } from '@crmbet/engine';
import type { Principal } from '../../auth/principal.ts';
import { uuidv7 } from '../../auth/uuid-v7.ts';
import type { Database } from '../../db/database.ts';
import { insertEndedJob } from '../../db/queries/jobs.ts';
import { insertBroughtVersion, notePromotion } from '../../db/queries/model-versions.ts';
import { insertModel, lockModel, setServing, takeVersion } from '../../db/queries/models.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import { featureById } from '../../features/catalogue.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import { requestScoring } from '../../jobs/request-scoring.ts';
import type { ModelThread } from '../../jobs/threads/model-thread.ts';
import { readBrought, runBrought } from '../../jobs/threads/run-brought.ts';
import { insertNamed } from './models-service.ts';

export type Brought = {
  /** Of a new model; or another version of this one. */
  name?: string | undefined;
  model?: string | undefined;
  manifest: Record<string, unknown>;
  /** base64 */
  file: string;
};

type ImportPorts = { db: Database; queue: Pick<JobQueue, 'enqueue'>; thread: ModelThread };

/** Models that others made: taken in only if the file is what its manifest says, its features are ours, and it runs. */
export class ImportService {
  readonly #ports: ImportPorts;

  constructor(ports: ImportPorts) {
    this.#ports = ports;
  }

  /** @returns the model and the version that it has become */
  async bring(principal: Principal, brought: Brought): Promise<{ modelId: string; version: number }> {
    if ((brought.name === undefined) === (brought.model === undefined))
      throw invalid('/name', 'name a new model, or give the id of a model that this is another version of');
    const bytes = decode(brought.file);
    const model = await this.#check(bytes, brought.manifest);
    const { tenantId } = principal;
    const now = new Date();
    const jobId = uuidv7(now);
    const modelId = brought.model ?? uuidv7(now);
    let version = 1;
    const keep = () =>
      this.#ports.db.sql.begin(async (tx) => {
        if (brought.name === undefined) version = found(await takeVersion(tx, tenantId, modelId), 'model');
        else
          await insertModel(tx, {
            id: modelId,
            tenantId,
            name: brought.name,
            purpose: 'custom',
            createdAt: now,
          });
        const serving = found(await lockModel(tx, tenantId, modelId), 'model');
        if (serving.purpose !== 'custom')
          throw invalid('/model', `is a model of ${serving.purpose}, whose versions are trained here`);
        const id = { tenantId, modelId, version };
        const features = definitionsOf(model);
        await insertBroughtVersion(tx, { ...id, features, fitted: model, bytes, jobId, createdAt: now });
        await insertEndedJob(tx, { ...id, id: jobId, kind: 'import_model', createdAt: now });
        if (serving.activeVersion !== null) return;
        await setServing(tx, tenantId, modelId, { ...serving, activeVersion: version });
        await notePromotion(tx, id, now);
        await requestScoring(tx, this.#ports.queue, id, now);
      });
    await (brought.name === undefined ? keep() : insertNamed(brought.name, keep));
    return { modelId, version };
  }

  async #check(bytes: Uint8Array, manifest: unknown): Promise<OnnxModel> {
    try {
      const model = await readBrought(this.#ports.thread, bytes, manifest);
      checkFeatures(model);
      // Nobody's numbers, and nobody's absence of numbers: what cannot answer these cannot answer for a player.
      const rows = [0, Number.NaN].map((value) => model.features.map(() => value));
      await runBrought(this.#ports.thread, { model, bytes }, FeatureMatrix.fromRows(model.features, rows));
      return model;
    } catch (error) {
      throw error instanceof EngineError ? refusal(error) : error;
    }
  }
}

function decode(file: string): Uint8Array {
  const bytes = Buffer.from(file, 'base64');
  const whole = Math.floor((file.replace(/={1,2}$/, '').length * 3) / 4);
  // What is no base64 is passed over in silence by the decoder: then there are bytes too few.
  if (bytes.length === 0 || file.length % 4 !== 0 || bytes.length !== whole)
    throw invalid('/file', 'must be the file as base64');
  return new Uint8Array(bytes);
}

function checkFeatures(model: OnnxModel): void {
  const errors = model.features.flatMap((name, index) =>
    featureById.has(name)
      ? []
      : [
          {
            pointer: `/manifest/features/${index}/name`,
            detail: `"${name}" is not a feature of the catalogue (see /v1/features)`,
          },
        ],
  );
  if (errors.length > 0)
    throw new CrmbetError('model_file_invalid', 'The model takes features that there are not.', { errors });
  checkFeatureVersions(
    model.manifest,
    Object.fromEntries(model.features.map((name) => [name, featureById.get(name)?.version ?? 1])),
  );
}

const definitionsOf = (model: OnnxModel) =>
  model.features.map((id) => ({ id, version: featureById.get(id)?.version ?? 1 }));

const invalid = (pointer: string, detail: string) =>
  new CrmbetError('request_invalid', 'The model cannot be taken in.', { errors: [{ pointer, detail }] });

/** By the engine's own words, which name what does not fit. */
function refusal(error: EngineError): CrmbetError {
  if (error.code === 'engine_onnx_runtime_missing' || error.code === 'engine_worker_failed') throw error;
  const { path } = error.details;
  return new CrmbetError('model_file_invalid', error.message, {
    errors: [
      {
        pointer: error.code === 'engine_onnx_manifest_invalid' ? `/manifest/${path}` : '/file',
        detail: error.code,
      },
    ],
    cause: error,
  });
}
