import { EngineError, throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { onnxFeatures } from './metadata.ts';
import { type OnnxRunOptions, type OnnxRuntimeOptions, type OnnxTensor, openSession } from './session.ts';

export interface RunOnnxOptions extends OnnxRuntimeOptions, OnnxRunOptions {
  /** Columns for the model's input, in order. Default: what the file says, else all columns as they are. */
  readonly features?: readonly string[] | undefined;
}

export interface OnnxResult {
  /** Every output with one number a row, by its name. Whole numbers are int32. */
  readonly outputs: ReadonlyMap<string, Float32Array | Int32Array>;
  /** The output `label`; empty when there is none. */
  readonly labels: Int32Array;
  /** The output `distance`; empty when there is none. */
  readonly distances: Float32Array;
}

/**
 * Runs a model of ours, or another one with one float input [N, D] and one number a row in each output, and gives what
 * comes out as it is. Files from elsewhere are better opened by `openOnnxModel`, which checks them.
 * @throws EngineError (as a rejection) `engine_onnx_runtime_missing`, `engine_onnx_invalid`, `engine_feature_missing`,
 *   `engine_device_unavailable`, `engine_aborted`
 */
export async function runOnnx(
  bytes: Uint8Array,
  matrix: FeatureMatrix,
  options: RunOnnxOptions = {},
): Promise<OnnxResult> {
  throwIfAborted(options.signal);
  const features = options.features ?? onnxFeatures(bytes);
  const selected = features ? matrix.select(features) : matrix;
  const session = await openSession(bytes, options);
  try {
    const outputs = new Map<string, Float32Array | Int32Array>();
    await session.run(
      selected,
      session.outputNames,
      (name, tensor, start, rows) => {
        const values = oneNumberARow(name, tensor, rows);
        const column = outputs.get(name) ?? emptyLike(values, selected.rowCount);
        column.set(values, start);
        outputs.set(name, column);
      },
      options,
    );
    const [labels, distances] = [outputs.get('label'), outputs.get('distance')];
    return {
      outputs,
      labels: labels instanceof Int32Array ? labels : new Int32Array(0),
      distances: distances instanceof Float32Array ? distances : new Float32Array(0),
    };
  } finally {
    await session.release();
  }
}

function emptyLike(values: Float32Array | Int32Array, length: number): Float32Array | Int32Array {
  return values instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
}

function oneNumberARow(name: string, { data }: OnnxTensor, rows: number): Float32Array | Int32Array {
  if (data.length === rows) {
    if (data instanceof Float32Array || data instanceof Int32Array) return data;
    if (data instanceof BigInt64Array) return Int32Array.from(data, Number);
  }
  throw new EngineError('engine_onnx_invalid', `The output "${name}" is not one number a row.`, {
    details: { output: name },
  });
}
