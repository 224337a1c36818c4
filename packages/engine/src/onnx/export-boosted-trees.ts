import type { BoostedTreesModel } from '../scoring/boosted-trees.ts';
import type { Tree } from '../scoring/tree.ts';
import { addCalibration } from './calibration.ts';
import { GraphBuilder } from './graph.ts';

/** A tree that says nothing: an ensemble needs one. */
const silent: Tree = { feature: [-1], value: [0], right: [0], missingLeft: [0], cover: [1] };

/**
 * Output `probability`, float32 [N], within 1e-5 of `predictLabel`; 1e-4 under isotonic calibration, whose pieces may be
 * steep. Every row goes to the same leaves; only their sum is rounded otherwise. The trees are one `TreeEnsembleRegressor`
 * of `ai.onnx.ml`.
 */
export function exportBoostedTreesOnnx(model: BoostedTreesModel): Uint8Array {
  const trees = model.trees.length > 0 ? model.trees : [silent];
  const nodes = trees.flatMap((tree, t) =>
    tree.feature.map((feature, i) => {
      const isLeaf = feature < 0;
      return {
        tree: t,
        node: i,
        isLeaf,
        feature: isLeaf ? 0 : feature,
        value: tree.value[i] ?? 0,
        missingLeft: tree.missingLeft[i] ?? 0,
        left: isLeaf ? 0 : i + 1,
        right: tree.right[i] ?? 0,
      };
    }),
  );
  const leaves = nodes.filter(({ isLeaf }) => isLeaf);
  const graph = new GraphBuilder(model.features);
  const sums = graph.node('TreeEnsembleRegressor', [graph.input], {
    domain: 'ai.onnx.ml',
    attributes: {
      nodes_treeids: { ints: nodes.map(({ tree }) => tree) },
      nodes_nodeids: { ints: nodes.map(({ node }) => node) },
      nodes_featureids: { ints: nodes.map(({ feature }) => feature) },
      nodes_modes: { texts: nodes.map(({ isLeaf }) => (isLeaf ? 'LEAF' : 'BRANCH_LT')) },
      nodes_values: { floats: nodes.map(({ isLeaf, value }) => (isLeaf ? 0 : value)) },
      nodes_truenodeids: { ints: nodes.map(({ left }) => left) },
      nodes_falsenodeids: { ints: nodes.map(({ right }) => right) },
      nodes_missing_value_tracks_true: { ints: nodes.map(({ missingLeft }) => missingLeft) },
      target_treeids: { ints: leaves.map(({ tree }) => tree) },
      target_nodeids: { ints: leaves.map(({ node }) => node) },
      target_ids: { ints: leaves.map(() => 0) },
      target_weights: { floats: leaves.map(({ value }) => value) },
      n_targets: 1,
      base_values: { floats: [model.base] },
      aggregate_function: { text: 'SUM' },
      post_transform: { text: 'NONE' },
    },
  });
  const margin = graph.node('Squeeze', [sums, graph.integers([1])]);
  graph.output('probability', addCalibration(graph, model.calibration, margin), 'float32');
  return graph.finish(model.algorithm);
}
