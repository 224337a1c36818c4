import { EngineError } from '../errors.ts';
import { readEntries, readVarint } from './protobuf.ts';

/** What an ONNX file says of one input or output. */
export interface OnnxValue {
  readonly name: string;
  /** `float32`, `float64`, `int64`, `string`, …; `sequence`, `map` or another kind where it is no tensor. */
  readonly type: string;
  /** A size, or the name of one that is open, or null; undefined where the file does not say how many there are. */
  readonly shape: readonly (number | string | null)[] | undefined;
}

export interface OnnxFile {
  /** Those that a caller gives: constants of the file are left out. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** onnx.proto: TensorProto.DataType, by number. */
const elementTypes = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
];

/** Graphs within graphs: the branches of an If, the bodies of a Scan. */
const deepest = 16;

/**
 * Reads what goes in and out of an ONNX file, and looks for what no file from outside may have: data in other files, tensors
 * that claim to be larger than the file, and loops, whose length nobody could bound. The runtime is not needed for it.
 * @throws EngineError `engine_onnx_invalid`
 */
export function describeOnnx(bytes: Uint8Array): OnnxFile {
  try {
    let file: OnnxFile | undefined;
    for (const { field, value } of readEntries(bytes)) {
      if (typeof value === 'number') continue;
      if (field === 7) file = readGraph(value, 0);
      // FunctionProto.node
      if (field === 25) for (const node of messages(value, 7)) checkNode(node, 0);
    }
    if (!file || file.outputs.length === 0) throw new RangeError('There is no graph with an output.');
    return file;
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('engine_onnx_invalid', 'The bytes are not an ONNX file.', { cause });
  }
}

function readGraph(bytes: Uint8Array, depth: number): OnnxFile {
  if (depth > deepest) throw refused('its graphs are too deep', 'depth');
  const constants = new Set<string>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const { field, value } of readEntries(bytes)) {
    if (typeof value === 'number') continue;
    if (field === 1) checkNode(value, depth);
    if (field === 5) constants.add(checkTensor(value));
    if (field === 11) inputs.push(readValue(value));
    if (field === 12) outputs.push(readValue(value));
    if (field === 15) throw refused('it has sparse tensors', 'sparse_initializer');
  }
  return { inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}

function checkNode(bytes: Uint8Array, depth: number): void {
  for (const { field, value } of readEntries(bytes)) {
    if (typeof value === 'number') continue;
    if (field === 4 && text(value) === 'Loop') throw refused('it has a loop', 'Loop');
    if (field === 5) {
      for (const part of readEntries(value)) {
        if (typeof part.value === 'number') continue;
        if (part.field === 5 || part.field === 10) checkTensor(part.value);
        if (part.field === 6 || part.field === 11) readGraph(part.value, depth + 1);
      }
    }
  }
}

/** @returns the tensor's name */
function checkTensor(bytes: Uint8Array): string {
  let name = '';
  let elements = 1;
  for (const { field, value } of readEntries(bytes)) {
    if (field === 1)
      for (const size of typeof value === 'number' ? [value] : varints(value)) elements *= size;
    if (field === 8 && typeof value !== 'number') name = text(value);
    if (field === 13 || (field === 14 && value === 1))
      throw refused(`its tensor "${name}" lies in another file`, 'external_data');
  }
  // At least a bit for each element, whatever its type.
  if (elements > bytes.length * 8)
    throw refused(`its tensor "${name}" has not the size that it claims`, 'dims');
  return name;
}

function readValue(bytes: Uint8Array): OnnxValue {
  let name = '';
  let type = 'undefined';
  let shape: (number | string | null)[] | undefined;
  for (const { field, value } of readEntries(bytes)) {
    if (typeof value === 'number') continue;
    if (field === 1) name = text(value);
    if (field !== 2) continue;
    for (const kind of readEntries(value)) {
      if (typeof kind.value === 'number') continue;
      type = { 4: 'sequence', 5: 'map', 8: 'sparse tensor', 9: 'optional' }[kind.field] ?? type;
      if (kind.field !== 1) continue;
      for (const part of readEntries(kind.value)) {
        if (part.field === 1 && typeof part.value === 'number')
          type = elementTypes[part.value] ?? `type ${part.value}`;
        if (part.field === 2 && typeof part.value !== 'number') {
          shape = Array.from(messages(part.value, 1), readDimension);
        }
      }
    }
  }
  return { name, type, shape };
}

function readDimension(bytes: Uint8Array): number | string | null {
  for (const { field, value } of readEntries(bytes)) {
    if (field === 1 && typeof value === 'number') return value;
    if (field === 2 && typeof value !== 'number') return text(value);
  }
  return null;
}

function* messages(bytes: Uint8Array, field: number): Generator<Uint8Array> {
  for (const entry of readEntries(bytes)) {
    if (entry.field === field && typeof entry.value !== 'number') yield entry.value;
  }
}

/** Numbers that are packed into one field. */
function* varints(bytes: Uint8Array): Generator<number> {
  for (let at = 0; at < bytes.length; ) {
    const [value, after] = readVarint(bytes, at);
    yield value;
    at = after;
  }
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function refused(what: string, reason: string): EngineError {
  return new EngineError('engine_onnx_invalid', `The ONNX file is refused: ${what}.`, {
    details: { reason },
  });
}
