import type { WireError } from '../protocol.ts';
import type { TaskName } from './tasks.ts';

/** Messages to the worker that holds the whole engine. A `load` and a `run` are answered once, with the same id. */
export type EngineRequest =
  | {
      readonly id: number;
      readonly type: 'load';
      readonly names: readonly string[];
      readonly columns: readonly Float32Array[];
    }
  | {
      readonly id: number;
      readonly type: 'run';
      /** The id of the `load`. */
      readonly matrix: number;
      readonly task: TaskName;
      readonly options: object;
    }
  /** Aborts the `run` of this id. */
  | { readonly id: number; readonly type: 'cancel' }
  /** Forgets the matrix of this id. */
  | { readonly id: number; readonly type: 'free' };

export type EngineResponse =
  | { readonly id: number; readonly type: 'progress'; readonly value: unknown }
  | { readonly id: number; readonly type: 'done'; readonly value: unknown }
  | { readonly id: number; readonly type: 'failed'; readonly error: WireError };
