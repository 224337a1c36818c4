import { flatCentroids, type KMeansModel } from '../clustering/model.ts';
import { MessageWriter } from './protobuf.ts';

// onnx.proto: TensorProto.DataType
const float32 = 1;
const int64 = 7;
const float64 = 11;

/** Metadata key under which the features' names stand, in order, as a JSON list. */
export const featuresKey = 'crmbet.features';

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Integer attributes. */
  readonly attributes?: Readonly<Record<string, number>>;
}

/**
 * The model as an ONNX file (opset 17, IR 8) that needs nothing else: raw values in, transform, filling and scaling
 * inside. Input `features`, float32 [N, D] in the order of `model.features`, NaN where missing. Outputs `label`, int64
 * [N], and `distance`, float32 [N]. Labels are those of `predict`; of two centroids that are equally near within
 * float32's rounding it may take the other one.
 */
export function exportKMeansOnnx(model: KMeansModel): Uint8Array {
  const width = model.features.length;
  const { fill, center, factor, transform } = model.scaling;
  const centroids = flatCentroids(model);
  const transposed = new Float32Array(centroids.length);
  centroids.forEach((value, i) => {
    transposed[(i % width) * model.k + Math.floor(i / width)] = value;
  });
  const halfNorms = Float32Array.from(
    model.centroids,
    (row) => row.reduce((sum, value) => sum + value * value, 0) / 2,
  );

  const nodes: Node[] = [];
  const initializers: MessageWriter[] = [
    floatTensor('fill', [width], fill),
    floatTensor('center', [width], center),
    floatTensor('factor', [width], factor),
    floatTensor('centroids', [model.k, width], centroids),
    floatTensor('centroids_transposed', [width, model.k], transposed),
    floatTensor('half_norms', [model.k], halfNorms),
    tensor('feature_axis', int64, [1], new Uint8Array(new BigInt64Array([1n]).buffer)),
  ];
  let values = 'features';
  if (transform.includes('log1p')) {
    initializers.push(
      tensor(
        'is_log',
        9,
        [width],
        Uint8Array.from(transform, (name) => (name === 'log1p' ? 1 : 0)),
      ),
      tensor('one', float64, [], new Uint8Array(new Float64Array([1]).buffer)),
    );
    nodes.push(
      // In float64: 1 + |x| would swallow a small x in float32, where log1p keeps it.
      { operator: 'Cast', inputs: [values], output: 'wide', attributes: { to: float64 } },
      { operator: 'Abs', inputs: ['wide'], output: 'absolute' },
      { operator: 'Add', inputs: ['absolute', 'one'], output: 'above_one' },
      { operator: 'Log', inputs: ['above_one'], output: 'logarithm' },
      { operator: 'Sign', inputs: ['wide'], output: 'sign' },
      { operator: 'Mul', inputs: ['sign', 'logarithm'], output: 'signed' },
      { operator: 'Cast', inputs: ['signed'], output: 'logged', attributes: { to: float32 } },
      { operator: 'Where', inputs: ['is_log', 'logged', values], output: 'transformed' },
    );
    values = 'transformed';
  }
  nodes.push(
    { operator: 'IsNaN', inputs: ['features'], output: 'missing' },
    { operator: 'Where', inputs: ['missing', 'fill', values], output: 'known' },
    { operator: 'Sub', inputs: ['known', 'center'], output: 'centred' },
    { operator: 'Mul', inputs: ['centred', 'factor'], output: 'scaled' },
    { operator: 'MatMul', inputs: ['scaled', 'centroids_transposed'], output: 'products' },
    { operator: 'Sub', inputs: ['products', 'half_norms'], output: 'scores' },
    {
      operator: 'ArgMax',
      inputs: ['scores'],
      output: 'label',
      attributes: { axis: 1, keepdims: 0, select_last_index: 0 },
    },
    { operator: 'Gather', inputs: ['centroids', 'label'], output: 'own', attributes: { axis: 0 } },
    { operator: 'Sub', inputs: ['scaled', 'own'], output: 'difference' },
    { operator: 'Mul', inputs: ['difference', 'difference'], output: 'squared' },
    {
      operator: 'ReduceSum',
      inputs: ['squared', 'feature_axis'],
      output: 'squared_distance',
      attributes: { keepdims: 0 },
    },
    { operator: 'Sqrt', inputs: ['squared_distance'], output: 'distance' },
  );

  const graph = new MessageWriter();
  for (const node of nodes) graph.message(1, nodeMessage(node));
  graph.string(2, 'crmbet_kmeans');
  for (const initializer of initializers) graph.message(5, initializer);
  graph
    .message(11, valueInfo('features', float32, ['N', width]))
    .message(12, valueInfo('label', int64, ['N']))
    .message(12, valueInfo('distance', float32, ['N']));
  return new MessageWriter()
    .varint(1, 8)
    .string(2, '@crmbet/engine')
    .message(7, graph)
    .message(8, new MessageWriter().string(1, '').varint(2, 17))
    .message(14, metadata('crmbet.algorithm', model.algorithm))
    .message(14, metadata(featuresKey, JSON.stringify(model.features)))
    .finish();
}

function metadata(key: string, value: string): MessageWriter {
  return new MessageWriter().string(1, key).string(2, value);
}

function nodeMessage({ operator, inputs, output, attributes = {} }: Node): MessageWriter {
  const node = new MessageWriter();
  for (const input of inputs) node.string(1, input);
  node.string(2, output).string(3, output).string(4, operator);
  for (const [name, value] of Object.entries(attributes)) {
    // AttributeProto: name, i, and type INT
    node.message(5, new MessageWriter().string(1, name).varint(3, value).varint(20, 2));
  }
  return node;
}

function floatTensor(name: string, shape: readonly number[], values: ArrayLike<number>): MessageWriter {
  const raw = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i++) raw.setFloat32(i * 4, values[i] ?? 0, true);
  return tensor(name, float32, shape, new Uint8Array(raw.buffer));
}

/** @param raw little-endian, as TensorProto.raw_data wants it */
function tensor(name: string, type: number, shape: readonly number[], raw: Uint8Array): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.varint(1, size);
  return message.varint(2, type).string(8, name).bytes(9, raw);
}

function valueInfo(name: string, type: number, shape: readonly (number | string)[]): MessageWriter {
  const dimensions = new MessageWriter();
  for (const size of shape) {
    const dimension = new MessageWriter();
    if (typeof size === 'string') dimension.string(2, size);
    else dimension.varint(1, size);
    dimensions.message(1, dimension);
  }
  const tensorType = new MessageWriter().varint(1, type).message(2, dimensions);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensorType));
}
