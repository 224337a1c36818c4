import { betaNodes } from './beta-nodes.ts';

/**
 * Purchases come at a rate λ that is gamma distributed over players (shape r, rate α, in 1 / time); after each one the
 * player leaves for good with a probability p that is beta distributed (a, b).
 */
export interface BgNbdParameters {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

/**
 * The probability that a player with x repeat purchases, the last at t_x, had not left at T. It is 1 for x = 0: in
 * this model one leaves only after a repeat purchase.
 */
export function pAlive({ r, alpha, a, b }: BgNbdParameters, x: number, recency: number, T: number): number {
  if (x === 0) return 1;
  const logOdds = Math.log(a / (b + x - 1)) + (r + x) * Math.log((alpha + T) / (alpha + recency));
  return 1 / (1 + Math.exp(logOdds));
}

/** Terms of the series that are worth their time; the sum over nodes costs about as much. */
const mostTerms = 2000;

/** Times the result that a term may be: twelve digits are left. */
const mostCancelled = 1e4;

/** Logarithm of a weight against the largest one that no sum has the digits for, whatever it is multiplied by. */
const negligible = -80;

/**
 * Purchases expected in the time t after T from a player with x repeat purchases who has not left: E[(1 − e^(−λpt)) / p]
 * over what is then known of λ (gamma: r + x, α + T) and p (beta: a, b + x). `pAlive` times this is equation 10 of
 * Fader, Hardie & Lee (2005); x = T = 0 gives their equation 9, what a new player does.
 *
 * Euler's transformation of their ₂F₁, with the pole at a = 1 taken out by hand, leaves with z = t/(α+T+t), ε = a − 1
 *
 *   −(a+b+x−1) ((1−z)^ε − 1)/ε − (1−z)^ε Σ_{n≥1} (a+b−1−r)_n (a)_{n−1} zⁿ / ((a+b+x)_{n−1} n!),
 *
 * which has no large terms that cancel unless r is large. Where they do, and where z is so near 1, or a so large, that the
 * series is long, the expectation over p is summed at the nodes of `betaNodes` instead.
 */
export function createExpectation(
  parameters: BgNbdParameters,
): (x: number, T: number, duration: number) => number {
  const { r, alpha, a, b } = parameters;
  const epsilon = a - 1;
  const first = a + b - 1 - r;
  let nodes: ReturnType<typeof betaNodes> | undefined;

  const bySeries = (x: number, w: number): number | undefined => {
    const z = w / (1 + w);
    const log = -Math.log1p(w);
    const power = Math.exp(epsilon * log);
    const start = -(a + b + x - 1) * (epsilon === 0 ? log : Math.expm1(epsilon * log) / epsilon);
    let term = first * z;
    let sum = term;
    let largest = Math.abs(term);
    for (let n = 1; n < mostTerms; n++) {
      const ratio = (z * (first + n) * (a + n - 1)) / ((a + b + x + n - 1) * (n + 1));
      term *= ratio;
      sum += term;
      largest = Math.max(largest, Math.abs(term));
      // All later terms together are about term · ratio / (1 − ratio), once the ratios settle below 1.
      if (ratio < 1 && ratio > -1 && Math.abs(term) * power < 1e-16 * start * (1 - Math.abs(ratio))) {
        const result = start - power * sum;
        // For a large r the terms have both signs, and may leave no digits of what they come to.
        return power * largest < mostCancelled * result ? result : undefined;
      }
    }
    return undefined;
  };

  const byNodes = (x: number, w: number): number => {
    nodes ??= betaNodes(a, b);
    const { p, logP, logQ, edge, nearestTo } = nodes;
    const logWeight = (k: number): number => a * (logP[k] ?? 0) + (b + x) * (logQ[k] ?? 0);
    // The weights rise to one peak, at p/(1−p) = a/(b+x), and fall: the narrower the more nodes there are.
    const peak = nearestTo(Math.log(a / (b + x)));
    const top = logWeight(peak);
    let weights = 0;
    let sum = 0;
    const add = (k: number): boolean => {
      const log = logWeight(k) - top;
      if (log < negligible) return false;
      const weight = (edge[k] ?? 0) * Math.exp(log);
      const own = p[k] ?? 0;
      weights += weight;
      sum += (weight * -Math.expm1(-(r + x) * Math.log1p(own * w))) / own;
      return true;
    };
    for (let k = peak; k < p.length && add(k); k++);
    for (let k = peak - 1; k >= 0 && add(k); k--);
    return sum / weights;
  };

  return (x, T, duration) => {
    if (!(duration > 0)) return 0;
    const w = duration / (alpha + T);
    // Beyond this (1−z)^ε leaves float64's range before the sum does.
    const inRange = Math.abs(epsilon * Math.log1p(w)) < 200;
    return (inRange ? bySeries(x, w) : undefined) ?? byNodes(x, w);
  };
}

/** Repeat purchases expected of a new player in their first `duration` (equation 9). */
export function expectedOfNewPlayer(parameters: BgNbdParameters, duration: number): number {
  return createExpectation(parameters)(0, 0, duration);
}
