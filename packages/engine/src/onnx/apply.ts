import type { DeviceChoice } from '../devices/device.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { invalidOption } from '../options.ts';
import { checkOnnxFile, type OnnxModel } from './onnx-model.ts';
import { type OpenOnnxOptions, openOnnxModel } from './open.ts';

export interface ApplyOnnxOptions extends Omit<OpenOnnxOptions, 'device' | 'signal'> {
  /** The file that the model was made of. */
  readonly bytes: Uint8Array;
}

/**
 * Opens a model's file, runs it and closes it. It runs on the graphics device where that is asked for by name.
 * @throws EngineError (as a rejection) `engine_option_invalid` without a file, `engine_onnx_manifest_mismatch` (another file,
 *   or it gives something else than the manifest says), and as `openOnnxModel`
 */
export async function applyOnnxModel(
  model: OnnxModel,
  matrix: FeatureMatrix,
  onnx: ApplyOnnxOptions | undefined,
  options: { readonly device?: DeviceChoice | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Float32Array | Int32Array> {
  if (!onnx) throw invalidOption('onnx', 'must hold the model’s file');
  const { bytes, ...rest } = onnx;
  const { signal } = options;
  await checkOnnxFile(model, bytes);
  const device = options.device === 'webgpu' ? 'webgpu' : 'cpu';
  const opened = await openOnnxModel(bytes, model.manifest, { ...rest, device, signal });
  try {
    return (await opened.run(matrix, { signal })).values;
  } finally {
    await opened.close();
  }
}
