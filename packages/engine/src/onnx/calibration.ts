import type { Calibration } from '../scoring/calibration.ts';
import type { GraphBuilder } from './graph.ts';

/**
 * Adds the calibration of a score.
 * @param margin float32 [N], log-odds
 * @returns float32 [N], a probability
 */
export function addCalibration(graph: GraphBuilder, calibration: Calibration, margin: string): string {
  if (calibration.method === 'none') return graph.node('Sigmoid', [margin]);
  if (calibration.method === 'platt') {
    const scaled = graph.node('Mul', [margin, graph.floats([calibration.slope])]);
    return graph.node('Sigmoid', [graph.node('Add', [scaled, graph.floats([calibration.intercept])])]);
  }
  const { margins, probabilities } = calibration;
  // A piece begins at each knot, and one lies below all of them; the outer two are level.
  const pieces = [
    { from: 0, low: probabilities[0] ?? 0, slope: 0 },
    ...margins.map((from, k) => {
      const low = probabilities[k] ?? 0;
      const next = margins[k + 1];
      return {
        from,
        low,
        slope: next === undefined ? 0 : ((probabilities[k + 1] ?? 0) - low) / (next - from),
      };
    }),
  ];
  const column = graph.node('Unsqueeze', [margin, graph.integers([1])]);
  const above = graph.cast(graph.node('Greater', [column, graph.floats(margins)]), 'int64');
  const piece = graph.node('ReduceSum', [above, graph.integers([1])], { attributes: { keepdims: 0 } });
  const pick = (key: 'from' | 'low' | 'slope'): string =>
    graph.node('Gather', [graph.floats(pieces.map((one) => one[key])), piece], { attributes: { axis: 0 } });
  const along = graph.node('Sub', [margin, pick('from')]);
  return graph.node('Add', [pick('low'), graph.node('Mul', [pick('slope'), along])]);
}
