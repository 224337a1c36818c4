import type { BgNbdParameters } from './bg-nbd-expectation.ts';

/**
 * The probability of 0, 1, … repeat purchases of a new player in the time t; the last one is that of `last` or more.
 * Fader, Hardie & Lee (2005), equation 8: to have made x purchases is to be still there after them, or to have left
 * at the x-th, whatever would have come later.
 */
export function purchaseCountProbabilities(
  { r, alpha, a, b }: BgNbdParameters,
  t: number,
  last: number,
): number[] {
  const z = t / (alpha + t);
  // Of the negative binomial distribution: exactly x, and fewer than x.
  let exactly = Math.exp(-r * Math.log1p(t / alpha));
  let fewer = 0;
  // (1−p)ˣ and p(1−p)ˣ⁻¹ over the beta distribution.
  let stayed = 1;
  let left = 0;
  const probabilities: number[] = [];
  let sum = 0;
  for (let x = 0; x < last; x++) {
    const probability = stayed * exactly + left * Math.max(0, 1 - fewer);
    probabilities.push(probability);
    sum += probability;
    fewer += exactly;
    exactly *= (z * (r + x)) / (x + 1);
    left = (stayed * a) / (a + b + x);
    stayed *= (b + x) / (a + b + x);
  }
  probabilities.push(Math.max(0, 1 - sum));
  return probabilities;
}
