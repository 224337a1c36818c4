import type { EngineErrorCode, EngineErrorDetails, ModelOutput, OnnxModel } from '@crmbet/engine';
import type { Config } from '../../config/config.ts';
import type { Setting } from '../../models/algorithms.ts';
import type { TrainingContext, TrainingRefusal } from '../trainers/trainer.ts';
import type { KeptTraining } from './kept-training.ts';

/** What is asked of the thread; all of it is plain data. */
export type Tasks = {
  train: {
    input: Pick<TrainingContext, 'modelId' | 'version' | 'features' | 'seed' | 'now' | 'threads'> & {
      setting: Setting;
      tenantId: string;
      databaseUrl: string;
      replicas: Config['replicas'] | undefined;
      logLevel: string;
    };
    output: KeptTraining;
  };
  /** What a file that others made is, with what they say of it: to read some megabytes of whatever they sent takes its time. */
  read: {
    input: { bytes: Uint8Array; manifest: unknown };
    output: OnnxModel;
  };
  /** A model that others made, asked about rows: a column for each of its features, in order. */
  apply: {
    input: { model: OnnxModel; bytes: Uint8Array; columns: readonly Float32Array[] };
    output: ModelOutput[];
  };
};

export type Task = keyof Tasks;

export type Request =
  | { [T in Task]: { id: number; task: T; input: Tasks[T]['input'] } }[Task]
  | { id: number; task: 'abort' };

/** An error, so that it can be made again on the other side. */
export type Failure =
  | { kind: 'engine'; code: EngineErrorCode; message: string; details: EngineErrorDetails }
  | { kind: 'refused'; code: TrainingRefusal; message: string }
  | { kind: 'other'; message: string; stack: string | undefined };

export type Reply =
  | { id: number; kind: 'note'; share: number; step: string }
  | { id: number; kind: 'done'; output: Tasks[Task]['output'] }
  | { id: number; kind: 'failed'; failure: Failure };
