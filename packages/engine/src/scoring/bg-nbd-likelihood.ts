import type { Likelihood } from './maximum-likelihood.ts';
import type { DistinctHistories } from './purchase-history.ts';
import { digamma, logGamma, trigamma } from './special-functions.ts';

/** Histories between two turns of the event loop: a millisecond or two. */
const sliceRows = 16384;

/**
 * The log-likelihood of the BG/NBD model with its derivatives by r, α, a and b (Fader, Hardie & Lee 2005, "Counting your
 * customers the easy way", Marketing Science 24, equation 6). A history with frequency x, recency t_x and length T has
 *
 *   ln Γ(r+x)/Γ(r) + r ln α + ln Γ(a+b)Γ(b+x)/(Γ(b)Γ(a+b+x)) + ln(eᵘ + eᵛ), where
 *   u = −(r+x) ln(α+T) and v = ln a − ln(b+x−1) − (r+x) ln(α+t_x), v for x > 0 only.
 *
 * The gamma functions depend on x alone: they are taken once per frequency. ln(eᵘ + eᵛ) is taken from the larger one.
 */
export async function bgNbdLikelihood(
  histories: DistinctHistories,
  [r = 0, alpha = 0, a = 0, b = 0]: readonly number[],
  breathe: () => Promise<void>,
): Promise<Likelihood> {
  let value = 0;
  const g = { r: 0, alpha: 0, a: 0, b: 0 };
  const h = { rr: 0, rAlpha: 0, ra: 0, rb: 0, alphaAlpha: 0, alphaA: 0, alphaB: 0, aa: 0, ab: 0, bb: 0 };

  const [logGammaR, digammaR, trigammaR] = [logGamma(r), digamma(r), trigamma(r)];
  const [logGammaB, digammaB, trigammaB] = [logGamma(b), digamma(b), trigamma(b)];
  const [logGammaAb, digammaAb, trigammaAb] = [logGamma(a + b), digamma(a + b), trigamma(a + b)];
  const logAlpha = Math.log(alpha);
  for (const [x, n] of histories.frequencies) {
    value +=
      n *
      (logGamma(r + x) -
        logGammaR +
        r * logAlpha +
        (logGammaAb - logGamma(a + b + x)) +
        (logGamma(b + x) - logGammaB));
    g.r += n * (digamma(r + x) - digammaR + logAlpha);
    g.alpha += (n * r) / alpha;
    const gA = digammaAb - digamma(a + b + x);
    g.a += n * gA;
    g.b += n * (gA + digamma(b + x) - digammaB);
    h.rr += n * (trigamma(r + x) - trigammaR);
    h.rAlpha += n / alpha;
    h.alphaAlpha -= (n * r) / (alpha * alpha);
    const hA = trigammaAb - trigamma(a + b + x);
    h.aa += n * hA;
    h.ab += n * hA;
    h.bb += n * (hA + trigamma(b + x) - trigammaB);
  }

  const logA = Math.log(a);
  for (let i = 0; i < histories.size; i++) {
    if (i % sliceRows === 0) await breathe();
    const n = histories.players[i] ?? 0;
    const x = histories.frequency[i] ?? 0;
    const rx = r + x;
    const end = alpha + (histories.T[i] ?? 0);
    const logEnd = Math.log(end);
    const u = -rx * logEnd;
    const uAlpha = -rx / end;
    if (x === 0) {
      value += n * u;
      g.r -= n * logEnd;
      g.alpha += n * uAlpha;
      h.rAlpha -= n / end;
      h.alphaAlpha -= (n * uAlpha) / end;
      continue;
    }
    const last = alpha + (histories.recency[i] ?? 0);
    const logLast = Math.log(last);
    const v = logA - Math.log(b + x - 1) - rx * logLast;
    const odds = Math.exp(-Math.abs(v - u));
    value += n * (Math.max(u, v) + Math.log1p(odds));
    const gone = (v > u ? 1 : odds) / (1 + odds);
    const here = 1 - gone;
    const vAlpha = -rx / last;
    const vA = 1 / a;
    const vB = -1 / (b + x - 1);
    g.r -= n * (here * logEnd + gone * logLast);
    g.alpha += n * (here * uAlpha + gone * vAlpha);
    g.a += n * gone * vA;
    g.b += n * gone * vB;
    // The mean of both second derivatives, and the variance between both first ones.
    const between = n * here * gone;
    const dR = logEnd - logLast;
    const dAlpha = vAlpha - uAlpha;
    h.rr += between * dR * dR;
    h.rAlpha += between * dR * dAlpha - n * (here / end + gone / last);
    h.ra += between * dR * vA;
    h.rb += between * dR * vB;
    h.alphaAlpha += between * dAlpha * dAlpha - n * ((here * uAlpha) / end + (gone * vAlpha) / last);
    h.alphaA += between * dAlpha * vA;
    h.alphaB += between * dAlpha * vB;
    h.aa += between * vA * vA - n * gone * vA * vA;
    h.ab += between * vA * vB;
    h.bb += between * vB * vB + n * gone * vB * vB;
  }
  return {
    value,
    gradient: [g.r, g.alpha, g.a, g.b],
    hessian: [
      [h.rr, h.rAlpha, h.ra, h.rb],
      [h.rAlpha, h.alphaAlpha, h.alphaA, h.alphaB],
      [h.ra, h.alphaA, h.aa, h.ab],
      [h.rb, h.alphaB, h.ab, h.bb],
    ],
  };
}
