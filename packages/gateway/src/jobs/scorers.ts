import {
  type ApplyOptions,
  applyModel,
  type FeatureMatrix,
  type ModelOutput,
  modelOutputs,
  type OutputDefinition,
  parseModel,
} from '@crmbet/engine';
import type { PostgresClient } from '../db/database.ts';
import { findScorable, type ScorableRow } from '../db/queries/player-scores.ts';
import { type Inputs, inputsOf } from './model-inputs.ts';
import type { ModelThread } from './threads/model-thread.ts';
import { runBrought } from './threads/run-brought.ts';

/** A version that can be asked. */
export type Scorer = Inputs & {
  /** Of the model that it is a version of. */
  name: string;
  outputs: readonly OutputDefinition[];
  /** @param matrix with a column for each of the inputs */
  score(matrix: FeatureMatrix, options: ApplyOptions): Promise<ModelOutput[]>;
};

const maxKept = 64;

/** Versions by their ids, checked and ready: what one is never changes, so each is read once. */
export class Scorers {
  readonly #sql: PostgresClient;
  readonly #thread: ModelThread;
  readonly #kept = new Map<string, Promise<Scorer | undefined>>();

  /** @param thread where models that others made are run: a file may take as long as it likes, or never end */
  constructor(sql: PostgresClient, thread: ModelThread) {
    this.#sql = sql;
    this.#thread = thread;
  }

  /** Undefined where there is no such version, or it is not ready. */
  async get(tenantId: string, modelId: string, version: number): Promise<Scorer | undefined> {
    const key = `${tenantId} ${modelId} ${version}`;
    const kept = this.#kept.get(key);
    const scorer = kept ?? this.#read(tenantId, modelId, version);
    // The one that was asked last is the last to go.
    this.#kept.delete(key);
    this.#kept.set(key, scorer);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break;
      this.#kept.delete(oldest);
    }
    try {
      const found = await scorer;
      if (found === undefined) this.#kept.delete(key);
      return found;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  async #read(tenantId: string, modelId: string, version: number): Promise<Scorer | undefined> {
    const row = await findScorable(this.#sql, tenantId, modelId, version);
    return row === undefined ? undefined : toScorer(row, this.#thread);
  }
}

function toScorer(row: ScorableRow, thread: ModelThread): Scorer {
  const model = parseModel(row.fitted);
  return {
    ...inputsOf({ algorithm: row.algorithm, features: model.features }),
    name: row.name,
    outputs: modelOutputs(model),
    score: (matrix, options) =>
      model.algorithm === 'onnx' && row.onnx !== null
        ? runBrought(thread, { model, bytes: row.onnx }, matrix, options.signal)
        : applyModel(model, matrix, options),
  };
}
