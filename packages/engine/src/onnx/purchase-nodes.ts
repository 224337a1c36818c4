import { betaNodes } from '../scoring/beta-nodes.ts';
import type { BgNbdParameters } from '../scoring/bg-nbd-expectation.ts';
import type { GammaGammaParameters } from '../scoring/gamma-gamma-model.ts';
import type { GraphBuilder } from './graph.ts';

/** Column `index` of the input in float64, [N, 1]. */
export function columnNode(graph: GraphBuilder, index: number): string {
  const column = graph.node('Gather', [graph.input, graph.integers([index])], { attributes: { axis: 1 } });
  return graph.cast(column, 'float64');
}

/** Operators over float64 tensors, whose last operand may be a number. */
export function arithmetic(graph: GraphBuilder) {
  const operand = (value: string | number) =>
    typeof value === 'number' ? graph.doubles([value], []) : value;
  const binary = (operator: string) => (a: string | number, b: string | number) =>
    graph.node(operator, [operand(a), operand(b)]);
  return {
    add: binary('Add'),
    subtract: binary('Sub'),
    multiply: binary('Mul'),
    divide: binary('Div'),
    equal: binary('Equal'),
    less: binary('Less'),
    log: (value: string) => graph.node('Log', [value]),
    exp: (value: string) => graph.node('Exp', [value]),
    where: (condition: string, yes: string | number, no: string | number) =>
      graph.node('Where', [condition, operand(yes), operand(no)]),
  };
}

/**
 * A value of one column, [N, 1], as an output of its own, float32 [N]; NaN in the rows where one of `inputs` is missing.
 */
export function outputColumn(
  graph: GraphBuilder,
  name: string,
  value: string,
  inputs: readonly string[],
): void {
  const { add, where } = arithmetic(graph);
  const [first = value, ...others] = inputs;
  const missing = graph.node('IsNaN', [others.reduce((sum, input) => add(sum, input), first)]);
  const known = where(missing, Number.NaN, value);
  const flat = graph.node('Squeeze', [known, graph.integers([1])]);
  graph.output(name, graph.cast(flat, 'float32'), 'float32');
}

/** `pAlive`, [N, 1]. */
export function aliveNodes(
  graph: GraphBuilder,
  { r, alpha, a, b }: BgNbdParameters,
  { x, recency, T }: { readonly x: string; readonly recency: string; readonly T: string },
): string {
  const { add, divide, equal, exp, log, multiply, where } = arithmetic(graph);
  const odds = log(divide(a, add(x, b - 1)));
  const silence = log(divide(add(T, alpha), add(recency, alpha)));
  const logOdds = add(odds, multiply(add(x, r), silence));
  return where(equal(x, 0), 1, divide(1, add(exp(logOdds), 1)));
}

/** Decimals that the sum over nodes keeps; more than the float32 that comes out has. */
const digits = 10;

/**
 * `createExpectation` as a graph: a function from durations, [N, 1], to expected purchases, [N, 1]. ₂F₁ has no operator and
 * its series no fixed length, so that the expectation over p is summed at the nodes of `betaNodes`: some hundred terms, none
 * of them negative, with a relative error below 1e-9 for up to 10⁷ purchases.
 */
export function expectationNodes(
  graph: GraphBuilder,
  { r, alpha, a, b }: BgNbdParameters,
  { x, T }: { readonly x: string; readonly T: string },
): (duration: string | number) => string {
  const { add, divide, equal, exp, less, log, multiply, subtract, where } = arithmetic(graph);
  const { p, logP, logQ, edge } = betaNodes(a, b, digits);
  const row = (values: Float64Array) => graph.doubles(values, [1, values.length]);
  const base = p.map((_, k) => a * (logP[k] ?? 0) + b * (logQ[k] ?? 0) + Math.log(edge[k] ?? 1));
  const logWeights = add(row(base), multiply(x, row(logQ)));
  const top = graph.node('ReduceMax', [logWeights], { attributes: { axes: { ints: [1] }, keepdims: 1 } });
  const weights = exp(subtract(logWeights, top));
  const overP = divide(weights, row(p));
  const sum = (values: string) =>
    graph.node('ReduceSum', [values, graph.integers([1])], { attributes: { keepdims: 1 } });
  const total = sum(weights);
  const shape = add(x, r);
  const nodes = row(p);

  return (duration) => {
    const u = multiply(nodes, divide(duration, add(T, alpha)));
    // log1p(u): the rounding of 1 + u cancels against that of its difference from 1 (Kahan).
    const one = add(u, 1);
    const rounded = subtract(one, 1);
    const log1p = where(equal(rounded, 0), u, divide(multiply(log(one), u), rounded));
    const y = multiply(shape, log1p);
    // 1 − e^(−y), by its series where y is small.
    const series = multiply(
      y,
      subtract(1, multiply(y, subtract(1 / 2, multiply(y, subtract(1 / 6, multiply(y, 1 / 24)))))),
    );
    const bought = where(less(y, 1e-3), series, subtract(1, exp(multiply(y, -1))));
    return divide(sum(multiply(overP, bought)), total);
  };
}

/** `expectedValue`, [N, 1]: NaN where it is infinite. */
export function worthNodes(
  graph: GraphBuilder,
  { p, q, v }: GammaGammaParameters,
  { x, mean }: { readonly x: string; readonly mean: string },
): string {
  const { add, divide, equal, less, multiply, where } = arithmetic(graph);
  const spent = where(equal(x, 0), 0, multiply(x, mean));
  const below = add(multiply(x, p), q - 1);
  const worth = divide(multiply(add(spent, v), p), below);
  return where(less(0, below), worth, Number.NaN);
}
