import type { Scaling } from '../scaling.ts';
import { MessageWriter } from './protobuf.ts';

/** onnx.proto: TensorProto.DataType */
export const onnxType = { float32: 1, int64: 7, bool: 9, float64: 11 } as const;
export type OnnxType = keyof typeof onnxType;

/** Metadata key under which the features' names stand, in order, as a JSON list. */
export const featuresKey = 'crmbet.features';

/** A whole number is an INT attribute, or FLOAT where it is wrapped; lists are INTS, FLOATS or STRINGS. */
export type OnnxAttribute =
  | number
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly texts: readonly string[] };

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Names for the outputs; by default one name that nothing else has. */
  readonly outputs?: readonly string[];
  /** An operator set other than ONNX's own, such as `ai.onnx.ml`. */
  readonly domain?: 'ai.onnx.ml';
}

/**
 * An ONNX file in the making (opset 17, IR 8; `ai.onnx.ml` 3 where it is used): every method adds something and gives
 * the name by which the next one refers to it.
 */
export class GraphBuilder {
  readonly #features: readonly string[];
  readonly #nodes: MessageWriter[] = [];
  readonly #initializers: MessageWriter[] = [];
  readonly #outputs: MessageWriter[] = [];
  #names = 0;
  #usesMl = false;

  /** The one input is `features`, float32 [N, D], NaN where a value is missing. */
  constructor(features: readonly string[]) {
    this.#features = features;
  }

  readonly input = 'features';

  /** @returns the first output's name */
  node(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const outputs = options.outputs ?? [this.#name(operator)];
    const node = new MessageWriter();
    for (const input of inputs) node.string(1, input);
    for (const output of outputs) node.string(2, output);
    node.string(3, outputs[0] ?? '').string(4, operator);
    for (const [name, value] of Object.entries(options.attributes ?? {}))
      node.message(5, attribute(name, value));
    if (options.domain) {
      node.string(7, options.domain);
      this.#usesMl = true;
    }
    this.#nodes.push(node);
    return outputs[0] ?? '';
  }

  floats(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    const raw = new DataView(new ArrayBuffer(values.length * 4));
    for (let i = 0; i < values.length; i++) raw.setFloat32(i * 4, values[i] ?? 0, true);
    return this.#tensor('float32', shape, raw);
  }

  doubles(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    const raw = new DataView(new ArrayBuffer(values.length * 8));
    for (let i = 0; i < values.length; i++) raw.setFloat64(i * 8, values[i] ?? 0, true);
    return this.#tensor('float64', shape, raw);
  }

  integers(values: ArrayLike<number>, shape: readonly number[] = [values.length]): string {
    const raw = new DataView(new ArrayBuffer(values.length * 8));
    for (let i = 0; i < values.length; i++) raw.setBigInt64(i * 8, BigInt(values[i] ?? 0), true);
    return this.#tensor('int64', shape, raw);
  }

  booleans(values: readonly boolean[], shape: readonly number[] = [values.length]): string {
    const raw = Uint8Array.from(values, (value) => (value ? 1 : 0));
    return this.#tensor('bool', shape, new DataView(raw.buffer));
  }

  cast(value: string, to: OnnxType): string {
    return this.node('Cast', [value], { attributes: { to: onnxType[to] } });
  }

  /** The input as the kernels see it: transformed, filled, centred and scaled; float32 [N, D]. */
  scaled(scaling: Scaling): string {
    let values: string = this.input;
    if (scaling.transform.includes('log1p')) {
      // In float64: 1 + |x| would swallow a small x in float32, where log1p keeps it.
      const wide = this.cast(values, 'float64');
      const logarithm = this.node('Log', [
        this.node('Add', [this.node('Abs', [wide]), this.doubles([1], [])]),
      ]);
      const logged = this.cast(this.node('Mul', [this.node('Sign', [wide]), logarithm]), 'float32');
      const isLog = this.booleans(scaling.transform.map((name) => name === 'log1p'));
      values = this.node('Where', [isLog, logged, values]);
    }
    const missing = this.node('IsNaN', [this.input]);
    const known = this.node('Where', [missing, this.floats(scaling.fill), values]);
    const centred = this.node('Sub', [known, this.floats(scaling.center)]);
    return this.node('Mul', [centred, this.floats(scaling.factor)]);
  }

  /** Gives a value out under a name of its own. */
  output(name: string, value: string, type: OnnxType, shape: readonly (number | string)[] = ['N']): void {
    this.node('Identity', [value], { outputs: [name] });
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** The file. `algorithm` and the features' names go into its metadata. */
  finish(algorithm: string): Uint8Array {
    const graph = new MessageWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.string(2, `crmbet_${algorithm}`);
    for (const initializer of this.#initializers) graph.message(5, initializer);
    graph.message(11, valueInfo(this.input, 'float32', ['N', this.#features.length]));
    for (const output of this.#outputs) graph.message(12, output);
    const file = new MessageWriter()
      .varint(1, 8)
      .string(2, '@crmbet/engine')
      .message(7, graph)
      .message(8, new MessageWriter().string(1, '').varint(2, 17));
    if (this.#usesMl) file.message(8, new MessageWriter().string(1, 'ai.onnx.ml').varint(2, 3));
    return file
      .message(14, metadata('crmbet.algorithm', algorithm))
      .message(14, metadata(featuresKey, JSON.stringify(this.#features)))
      .finish();
  }

  /** @param raw little-endian, as TensorProto.raw_data wants it */
  #tensor(type: OnnxType, shape: readonly number[], raw: DataView): string {
    const name = this.#name('constant');
    const message = new MessageWriter();
    for (const size of shape) message.varint(1, size);
    message.varint(2, onnxType[type]).string(8, name).bytes(9, new Uint8Array(raw.buffer));
    this.#initializers.push(message);
    return name;
  }

  #name(of: string): string {
    this.#names += 1;
    return `${of.toLowerCase()}_${this.#names}`;
  }
}

function metadata(key: string, value: string): MessageWriter {
  return new MessageWriter().string(1, key).string(2, value);
}

/** AttributeProto: its value stands in a field, and `type` (field 20) names which. */
function attribute(name: string, value: OnnxAttribute): MessageWriter {
  const message = new MessageWriter().string(1, name);
  if (typeof value === 'number') return message.varint(3, value).varint(20, 2);
  if ('float' in value) return message.float(2, value.float).varint(20, 1);
  if ('text' in value) return message.string(4, value.text).varint(20, 3);
  if ('ints' in value) {
    for (const entry of value.ints) message.varint(8, entry);
    return message.varint(20, 7);
  }
  if ('floats' in value) {
    for (const entry of value.floats) message.float(7, entry);
    return message.varint(20, 6);
  }
  for (const entry of value.texts) message.string(9, entry);
  return message.varint(20, 8);
}

function valueInfo(name: string, type: OnnxType, shape: readonly (number | string)[]): MessageWriter {
  const dimensions = new MessageWriter();
  for (const size of shape) {
    const dimension = new MessageWriter();
    if (typeof size === 'string') dimension.string(2, size);
    else dimension.varint(1, size);
    dimensions.message(1, dimension);
  }
  const tensorType = new MessageWriter().varint(1, onnxType[type]).message(2, dimensions);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensorType));
}
