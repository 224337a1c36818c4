import { groupTable, scoreShares } from '../scoring/rfm.ts';
import { levelOf } from '../scoring/rfm-groups.ts';
import { codeBase, type RfmModel, rfmAxes } from '../scoring/rfm-model.ts';
import { GraphBuilder } from './graph.ts';

/**
 * Outputs int64 [N]: `rfm`, `rfm_group`, `recency_score`, `frequency_score` and `monetary_score`, equal to `rfmScores`; and
 * `rfm_score`, float32 [N], within its rounding.
 */
export function exportRfmOnnx(model: RfmModel): Uint8Array {
  const graph = new GraphBuilder(model.features);
  const integer = (value: number) => graph.integers([value], []);
  const gather = (values: ArrayLike<number>, index: string) =>
    graph.node('Gather', [graph.integers(values), index], { attributes: { axis: 0 } });

  const scores = rfmAxes.map((name, j) => {
    const { cuts, better } = model[name];
    const value = graph.node('Gather', [graph.input, graph.integers([j])], { attributes: { axis: 1 } });
    const passed = graph.node(better === 'higher' ? 'Greater' : 'LessOrEqual', [
      value,
      graph.floats(cuts, [1, cuts.length]),
    ]);
    // NaN is neither: a missing value has passed no cut point.
    const count = graph.node('ReduceSum', [graph.cast(passed, 'int64'), graph.integers([1])], {
      attributes: { keepdims: 0 },
    });
    return graph.node('Add', [count, integer(1)]);
  });
  const base = integer(codeBase(model));
  const code = scores.reduce((digits, score) =>
    graph.node('Add', [graph.node('Mul', [digits, base]), score]),
  );

  const shares = scoreShares(model);
  const parts = scores.map((score, j) => {
    const above = graph.cast(graph.node('Sub', [score, integer(1)]), 'float64');
    return graph.node('Mul', [above, graph.doubles([shares[j] ?? 0], [])]);
  });
  const score = parts.reduce((sum, part) => graph.node('Add', [sum, part]));

  // From scores to levels, counted from 0, and from the three levels to the group.
  const levels = scores.map((axisScore, j) => {
    const { quantiles } = model[rfmAxes[j] ?? 'recency'];
    const table = Array.from({ length: quantiles + 1 }, (_, at) => levelOf(Math.max(1, at), quantiles) - 1);
    return gather(table, axisScore);
  });
  const place = levels.reduce((at, level) => graph.node('Add', [graph.node('Mul', [at, integer(5)]), level]));
  const group = gather(groupTable(model), place);

  graph.output('rfm', code, 'int64');
  graph.output('rfm_group', group, 'int64');
  graph.output('rfm_score', graph.cast(score, 'float32'), 'float32');
  rfmAxes.forEach((name, j) => {
    graph.output(`${name}_score`, scores[j] ?? '', 'int64');
  });
  return graph.finish(model.algorithm);
}
