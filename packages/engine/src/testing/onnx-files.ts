import { MessageWriter } from '../onnx/protobuf.ts';

/** ONNX files as others make them: any names, types and shapes, right or wrong. */

/** onnx.proto: TensorProto.DataType */
export const elementType = { float32: 1, int32: 6, int64: 7, string: 8, float64: 11 } as const;

export interface ForeignValue {
  readonly name: string;
  /** `sequence` is what a ZipMap gives. */
  readonly type: keyof typeof elementType | 'sequence';
  readonly shape?: readonly (number | string)[];
}

export interface ForeignNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly floats?: Readonly<Record<string, readonly number[]>>;
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  readonly text?: Readonly<Record<string, string>>;
  readonly int?: Readonly<Record<string, number>>;
  readonly graph?: Readonly<Record<string, Omit<ForeignFile, 'constants'>>>;
}

export interface ForeignFile {
  readonly inputs?: readonly ForeignValue[];
  readonly outputs: readonly ForeignValue[];
  readonly nodes: readonly ForeignNode[];
  /** float32 constants, whose shape need not be that of their values. */
  readonly constants?: Readonly<
    Record<string, { shape: readonly number[]; values: readonly number[]; external?: boolean }>
  >;
}

/** What most files have: `X`, float32 [N, 2]. */
export const floatInput: ForeignValue = { name: 'X', type: 'float32', shape: ['N', 2] };

export function foreignOnnx(file: ForeignFile): Uint8Array {
  return new MessageWriter()
    .varint(1, 8)
    .string(2, 'another tool')
    .message(7, writeGraph(file))
    .message(8, new MessageWriter().string(1, '').varint(2, 17))
    .message(8, new MessageWriter().string(1, 'ai.onnx.ml').varint(2, 3))
    .finish();
}

function writeGraph({ inputs = [floatInput], outputs, nodes, constants = {} }: ForeignFile): MessageWriter {
  const graph = new MessageWriter();
  for (const node of nodes) graph.message(1, writeNode(node));
  graph.string(2, 'foreign');
  for (const [name, { shape, values, external }] of Object.entries(constants)) {
    const tensor = new MessageWriter();
    for (const size of shape) tensor.varint(1, size);
    tensor.varint(2, elementType.float32).string(8, name);
    const raw = new Uint8Array(Float32Array.from(values).buffer);
    if (external)
      tensor.message(13, new MessageWriter().string(1, 'location').string(2, '/etc/passwd')).varint(14, 1);
    else tensor.bytes(9, raw);
    graph.message(5, tensor);
  }
  for (const input of inputs) graph.message(11, writeValue(input));
  for (const output of outputs) graph.message(12, writeValue(output));
  return graph;
}

function writeNode({ operator, inputs, outputs, domain, ...attributes }: ForeignNode): MessageWriter {
  const node = new MessageWriter();
  for (const input of inputs) node.string(1, input);
  for (const output of outputs) node.string(2, output);
  node.string(4, operator);
  const add = (name: string, type: number, write: (message: MessageWriter) => void) => {
    const message = new MessageWriter().string(1, name);
    write(message);
    node.message(5, message.varint(20, type));
  };
  for (const [name, value] of Object.entries(attributes.int ?? {})) add(name, 2, (to) => to.varint(3, value));
  for (const [name, value] of Object.entries(attributes.text ?? {}))
    add(name, 3, (to) => to.string(4, value));
  for (const [name, values] of Object.entries(attributes.floats ?? {}))
    add(name, 6, (to) => {
      for (const value of values) to.float(7, value);
    });
  for (const [name, values] of Object.entries(attributes.ints ?? {}))
    add(name, 7, (to) => {
      for (const value of values) to.varint(8, value);
    });
  for (const [name, values] of Object.entries(attributes.texts ?? {}))
    add(name, 8, (to) => {
      for (const value of values) to.string(9, value);
    });
  for (const [name, graph] of Object.entries(attributes.graph ?? {}))
    add(name, 5, (to) => to.message(6, writeGraph(graph)));
  if (domain) node.string(7, domain);
  return node;
}

function writeValue({ name, type, shape }: ForeignValue): MessageWriter {
  const info = new MessageWriter().string(1, name);
  if (type === 'sequence') return info.message(2, new MessageWriter().message(4, new MessageWriter()));
  const tensor = new MessageWriter().varint(1, elementType[type]);
  if (shape) {
    const dimensions = new MessageWriter();
    for (const size of shape) {
      const dimension = new MessageWriter();
      if (typeof size === 'string') dimension.string(2, size);
      else dimension.varint(1, size);
      dimensions.message(1, dimension);
    }
    tensor.message(2, dimensions);
  }
  return info.message(2, new MessageWriter().message(1, tensor));
}

/**
 * As skl2onnx writes a logistic regression without ZipMap: `label`, and `probabilities` [N, 2]. The probability of the
 * second class is that of x₀ − x₁.
 */
export function foreignClassifier(labels: 'int64' | 'string' = 'int64'): Uint8Array {
  return foreignOnnx({
    nodes: [
      {
        operator: 'LinearClassifier',
        domain: 'ai.onnx.ml',
        inputs: ['X'],
        outputs: ['label', 'probabilities'],
        floats: { coefficients: [-1, 1, 1, -1], intercepts: [0, 0] },
        text: { post_transform: 'LOGISTIC' },
        ...(labels === 'int64'
          ? { ints: { classlabels_ints: [0, 1] } }
          : { texts: { classlabels_strings: ['stays', 'leaves'] } }),
      },
    ],
    outputs: [
      { name: 'label', type: labels, shape: ['N'] },
      { name: 'probabilities', type: 'float32', shape: ['N', 2] },
    ],
  });
}

/** One number a row, 2·x₀ + 3·x₁: `y`, [N, 1] or, flattened, [N]. */
export function foreignRegression(
  shape: readonly ['N'] | readonly ['N', 1],
  type: 'float32' | 'float64' = 'float32',
): Uint8Array {
  const product = shape.length === 1 ? 'column' : 'y';
  const toFloat: ForeignNode[] =
    type === 'float64'
      ? [{ operator: 'Cast', inputs: ['X'], outputs: ['floats'], int: { to: elementType.float32 } }]
      : [{ operator: 'Identity', inputs: ['X'], outputs: ['floats'] }];
  return foreignOnnx({
    inputs: [{ name: 'X', type, shape: ['N', 2] }],
    constants: { weights: { shape: [2, 1], values: [2, 3] }, flat: { shape: [0], values: [] } },
    nodes: [
      ...toFloat,
      { operator: 'MatMul', inputs: ['floats', 'weights'], outputs: [product] },
      ...(shape.length === 1 ? [{ operator: 'Squeeze', inputs: [product], outputs: ['y'] }] : []),
    ],
    outputs: [{ name: 'y', type: 'float32', shape }],
  });
}
