import { EngineError, type FeatureMatrix, type ModelOutput, type OnnxModel } from '@crmbet/engine';
import type { ModelThread } from './model-thread.ts';

/** A run of a file that others made is ended after this long: of 2,000 players a model needs some milliseconds. */
const longestMs = 30_000;

/**
 * What a file that others made is, by a thread that is ended where it takes too long to read.
 * @throws EngineError `engine_onnx_invalid` (too long, or no such file), and as `onnxModel`
 */
export const readBrought = async (
  thread: ModelThread,
  bytes: Uint8Array,
  manifest: unknown,
): Promise<OnnxModel> => await inTime((options) => thread.run('read', { bytes, manifest }, options));

/**
 * Asks a model that others made, in a thread that is ended where it takes too long.
 * @throws EngineError `engine_onnx_invalid` (too long, or the runtime cannot run it), `engine_aborted`, and as `OpenedOnnxModel.run`
 */
export async function runBrought(
  thread: ModelThread,
  { model, bytes }: { model: OnnxModel; bytes: Uint8Array },
  matrix: FeatureMatrix,
  signal?: AbortSignal | undefined,
): Promise<ModelOutput[]> {
  const columns = matrix.select(model.features).columns();
  return await inTime((options) => thread.run('apply', { model, bytes, columns }, options), signal);
}

async function inTime<T>(
  run: (options: { signal: AbortSignal }) => Promise<T>,
  signal?: AbortSignal | undefined,
): Promise<T> {
  const limit = AbortSignal.timeout(longestMs);
  const options = { signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) };
  try {
    // The thread may have been ended for another model that it was asked at the same time.
    return await run(options).catch((error: unknown) => {
      if (error instanceof EngineError && error.code === 'engine_worker_failed') return run(options);
      throw error;
    });
  } catch (error) {
    if (!limit.aborted || signal?.aborted) throw error;
    throw new EngineError(
      'engine_onnx_invalid',
      `The model did not answer within ${longestMs / 1000} seconds.`,
    );
  }
}
