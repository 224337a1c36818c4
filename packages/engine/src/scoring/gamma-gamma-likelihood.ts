import type { Likelihood } from './maximum-likelihood.ts';
import { digamma, logGamma, trigamma } from './special-functions.ts';

/** Players with x purchases of the average value m, as far as a likelihood needs them. */
export interface Spending {
  readonly x: Float64Array;
  /** What they spent in all, x·m. */
  readonly total: Float64Array;
  /** Numbers of purchases that occur, with how many players have each. */
  readonly frequencies: ReadonlyMap<number, number>;
  /** Σ ln m */
  readonly logMeans: number;
}

/** Players between two turns of the event loop: a millisecond or two. */
const sliceRows = 32768;

/**
 * The log-likelihood of the Gamma–Gamma model with its derivatives by p, q and v (Fader & Hardie 2013, "The Gamma–Gamma
 * model of monetary value", equation 1a). A player with x purchases of the average value m has
 *
 *   ln Γ(px+q)/(Γ(px)Γ(q)) − px ln(1 + v/xm) − q ln(1 + xm/v) − ln m,
 *
 * whose gamma functions depend on x alone: they are taken once per number of purchases. Written so, nothing large cancels
 * where players have thousands of purchases.
 */
export async function gammaGammaLikelihood(
  spending: Spending,
  [p = 0, q = 0, v = 0]: readonly number[],
  breathe: () => Promise<void>,
): Promise<Likelihood> {
  const { x, total, frequencies, logMeans } = spending;
  const players = x.length;
  let value = -logMeans;
  let [gP, gQ, gV] = [0, 0, 0];
  let [pp, pq, pv, qq, qv, vv] = [0, 0, 0, 0, 0, 0];

  const [logGammaQ, digammaQ, trigammaQ] = [logGamma(q), digamma(q), trigamma(q)];
  for (const [count, n] of frequencies) {
    const [shape, sum] = [p * count, p * count + q];
    value += n * (logGamma(sum) - logGamma(shape) - logGammaQ);
    const [first, second] = [digamma(sum), trigamma(sum)];
    gP += n * count * (first - digamma(shape));
    gQ += n * (first - digammaQ);
    pp += n * count * count * (second - trigamma(shape));
    pq += n * count * second;
    qq += n * (second - trigammaQ);
  }
  for (let i = 0; i < players; i++) {
    if (i % sliceRows === 0) await breathe();
    const count = x[i] ?? 0;
    const spent = total[i] ?? 0;
    const ofV = Math.log1p(spent / v);
    const ofSpent = Math.log1p(v / spent);
    const inverse = 1 / (v + spent);
    value -= p * count * ofSpent + q * ofV;
    gP -= count * ofSpent;
    gQ -= ofV;
    // q/v − (px+q)/(v+xm) over one denominator.
    const slope = (q * spent) / v - p * count;
    gV += slope * inverse;
    pv -= count * inverse;
    qv += (spent / v) * inverse;
    vv -= (slope * inverse + (q * spent) / (v * v)) * inverse;
  }
  return {
    value,
    gradient: [gP, gQ, gV],
    hessian: [
      [pp, pq, pv],
      [pq, qq, qv],
      [pv, qv, vv],
    ],
  };
}
