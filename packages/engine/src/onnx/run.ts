import type * as Ort from 'onnxruntime-web';
import { EngineError, throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { onnxFeatures } from './metadata.ts';

export interface RunOnnxOptions {
  /** Columns for the model's input, in order. Default: what the file says, else all columns as they are. */
  readonly features?: readonly string[] | undefined;
  /** ONNX Runtime's own threads; more than 1 needs SharedArrayBuffer. Takes effect at its first use. Default 1. */
  readonly threads?: number | undefined;
  /** Where ONNX Runtime's .wasm files are served, when not beside its script. */
  readonly wasmPaths?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OnnxResult {
  readonly labels: Int32Array;
  /** Empty when the model has no output `distance`. */
  readonly distances: Float32Array;
}

/** Rows a run: enough to keep the runtime busy, few enough that its intermediate tensors stay small. */
const batchRows = 16384;

/**
 * Runs a model with one float32 input [N, D] and an int64 output `label` [N]. `onnxruntime-web` is loaded when it is
 * first needed; whoever calls this installs it.
 * @throws EngineError (as a rejection) `engine_onnx_runtime_missing`, `engine_onnx_invalid`, `engine_feature_missing`,
 *   `engine_aborted`
 */
export async function runOnnx(
  bytes: Uint8Array,
  matrix: FeatureMatrix,
  options: RunOnnxOptions = {},
): Promise<OnnxResult> {
  throwIfAborted(options.signal);
  const features = options.features ?? onnxFeatures(bytes);
  const selected = features ? matrix.select(features) : matrix;
  const ort = await loadRuntime(options);
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] }).catch(
    (cause: unknown) => {
      throw new EngineError('engine_onnx_invalid', 'ONNX Runtime cannot load the model.', { cause });
    },
  );
  try {
    const input = session.inputNames[0];
    if (session.inputNames.length !== 1 || input === undefined || !session.outputNames.includes('label')) {
      throw new EngineError(
        'engine_onnx_invalid',
        'The model must have one input and an output named "label".',
      );
    }
    const labels = new Int32Array(selected.rowCount);
    const distances = new Float32Array(session.outputNames.includes('distance') ? selected.rowCount : 0);
    for (let start = 0; start < selected.rowCount; start += batchRows) {
      throwIfAborted(options.signal);
      const end = Math.min(start + batchRows, selected.rowCount);
      const tensor = new ort.Tensor('float32', rowMajor(selected, start, end), [
        end - start,
        selected.columnCount,
      ]);
      const output = await session.run({ [input]: tensor }).catch((cause: unknown) => {
        throw new EngineError('engine_onnx_invalid', 'ONNX Runtime cannot run the model on this matrix.', {
          cause,
        });
      });
      const found = output.label?.data;
      if (!(found instanceof BigInt64Array) || found.length !== end - start) {
        throw new EngineError('engine_onnx_invalid', 'The output "label" must be one int64 a row.');
      }
      for (let i = 0; i < found.length; i++) labels[start + i] = Number(found[i]);
      const far = output.distance?.data;
      if (far instanceof Float32Array && far.length === end - start) distances.set(far, start);
    }
    return { labels, distances };
  } finally {
    await session.release();
  }
}

async function loadRuntime(options: RunOnnxOptions): Promise<typeof Ort> {
  let ort: typeof Ort;
  try {
    ort = await import('onnxruntime-web');
  } catch (cause) {
    throw new EngineError('engine_onnx_runtime_missing', 'Install onnxruntime-web to run ONNX models.', {
      cause,
    });
  }
  if (options.wasmPaths !== undefined) ort.env.wasm.wasmPaths = options.wasmPaths;
  ort.env.wasm.numThreads = options.threads ?? 1;
  return ort;
}

function rowMajor(matrix: FeatureMatrix, start: number, end: number): Float32Array {
  const width = matrix.columnCount;
  const values = new Float32Array((end - start) * width);
  matrix.columns().forEach((column, j) => {
    for (let i = start; i < end; i++) values[(i - start) * width + j] = column[i] ?? Number.NaN;
  });
  return values;
}
