import { flatCentroids, type KMeansModel } from '../clustering/kmeans-model.ts';
import { GraphBuilder } from './graph.ts';

/**
 * Outputs `label`, int64 [N], and `distance`, float32 [N]. Labels are those of `predict`; of two centroids that are
 * equally near within float32's rounding it may take the other one.
 */
export function exportKMeansOnnx(model: KMeansModel): Uint8Array {
  const width = model.features.length;
  const centroids = flatCentroids(model);
  const transposed = new Float32Array(centroids.length);
  centroids.forEach((value, i) => {
    transposed[(i % width) * model.k + Math.floor(i / width)] = value;
  });
  const halfNorms = model.centroids.map((row) => row.reduce((sum, value) => sum + value * value, 0) / 2);

  const graph = new GraphBuilder(model.features);
  const scaled = graph.scaled(model.scaling);
  const products = graph.node('MatMul', [scaled, graph.floats(transposed, [width, model.k])]);
  const scores = graph.node('Sub', [products, graph.floats(halfNorms)]);
  const label = graph.node('ArgMax', [scores], {
    attributes: { axis: 1, keepdims: 0, select_last_index: 0 },
  });
  const own = graph.node('Gather', [graph.floats(centroids, [model.k, width]), label], {
    attributes: { axis: 0 },
  });
  const difference = graph.node('Sub', [scaled, own]);
  const squared = graph.node('Mul', [difference, difference]);
  const sum = graph.node('ReduceSum', [squared, graph.integers([1])], { attributes: { keepdims: 0 } });
  graph.output('label', label, 'int64');
  graph.output('distance', graph.node('Sqrt', [sum]), 'float32');
  return graph.finish(model.algorithm);
}
