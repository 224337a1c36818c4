import { invalid, text } from './checks.ts';

/** Float32 values in a text of a quarter of the length that JSON would need: base64 of their bytes, little-endian. */
export function packFloats(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  const bytes = new Uint8Array(view.buffer);
  let binary = '';
  // In parts: a call takes only so many arguments.
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(binary);
}

/**
 * @param count values that there must be
 * @throws EngineError `engine_model_invalid`, also for a value that is not finite
 */
export function unpackFloats(value: unknown, path: string, count: number): Float32Array {
  let binary: string;
  try {
    binary = count === 0 && value === '' ? '' : atob(text(value, path));
  } catch {
    throw invalid(path, 'must be base64');
  }
  if (binary.length !== count * 4) throw invalid(path, `must hold ${count} float32`);
  const view = new DataView(new ArrayBuffer(binary.length));
  for (let i = 0; i < binary.length; i++) view.setUint8(i, binary.charCodeAt(i));
  const values = Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true));
  if (!values.every(Number.isFinite)) throw invalid(path, 'must hold finite numbers');
  return values;
}
