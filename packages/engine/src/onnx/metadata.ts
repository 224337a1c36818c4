import { EngineError } from '../errors.ts';
import { featuresKey } from './graph.ts';
import { readFields } from './protobuf.ts';

/**
 * The key-value metadata of an ONNX file.
 * @throws EngineError `engine_onnx_invalid`
 */
export function readOnnxMetadata(bytes: Uint8Array): Map<string, string> {
  const entries = new Map<string, string>();
  const text = new TextDecoder();
  try {
    for (const { field, value } of readFields(bytes)) {
      if (field !== 14) continue;
      const pair = new Map<number, string>();
      for (const part of readFields(value)) pair.set(part.field, text.decode(part.value));
      entries.set(pair.get(1) ?? '', pair.get(2) ?? '');
    }
  } catch (cause) {
    throw new EngineError('engine_onnx_invalid', 'The bytes are not an ONNX file.', { cause });
  }
  return entries;
}

/** The features that a file of ours says it wants, in order; undefined when it says nothing. */
export function onnxFeatures(bytes: Uint8Array): string[] | undefined {
  const text = readOnnxMetadata(bytes).get(featuresKey);
  if (text === undefined) return undefined;
  let names: unknown;
  try {
    names = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('engine_onnx_invalid', `${featuresKey} is not JSON.`, { cause });
  }
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw new EngineError('engine_onnx_invalid', `${featuresKey} is not a list of names.`);
  }
  return names;
}
