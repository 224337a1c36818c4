import { trigamma } from './special-functions.ts';

/** Where and how much to sum: E f(p) ≈ Σ wₖ f(pₖ) / Σ wₖ with wₖ = edgeₖ exp(a ln pₖ + (b+x) ln(1−pₖ)). */
export interface BetaNodes {
  readonly p: Float64Array;
  readonly logP: Float64Array;
  /** ln(1−p) */
  readonly logQ: Float64Array;
  /** 1, but for the two ends: there the geometric tail that the sum leaves out. */
  readonly edge: Float64Array;
  /** The node nearest to a value of ln(p/(1−p)). */
  nearestTo(value: number): number;
}

/** Repeat purchases, and lengths of time in mean times between them, up to which the nodes reach. */
const largest = 1e7;

/**
 * Nodes for expectations over a beta distribution with parameters a and b + x, the same ones for every x from 0 to
 * 10⁷: the trapezoidal rule over ln(p/(1−p)), where the density and f fall off like exponentials and have no singularity
 * nearer than π/2 to the real line. It converges geometrically (Trefethen & Weideman 2014, "The exponentially convergent
 * trapezoidal rule", SIAM Review 56): with a step h its relative error is about e^(−π²/h).
 * @param digits wanted, in decimals
 */
export function betaNodes(a: number, b: number, digits = 15): BetaNodes {
  const tail = digits * Math.LN10;
  // A large a makes the density narrow: its deviation is √(ψ′(a) + ψ′(b+x)), and a normal curve asks for the same.
  const step = Math.min(Math.PI ** 2 / tail, (Math.PI * Math.sqrt(2 * trigamma(a))) / Math.sqrt(tail));
  // p has no more influence on f and on (1−p)^(b+x) below 1/largest: what is left there is a geometric series.
  const from = Math.max(
    -Math.log(largest) - tail,
    Math.log(a / (b + largest)) - (tail + Math.log(largest)) / a,
  );
  // Above, (1−p)^b falls from its largest value, at p = a/(a+b), to nothing; or again geometrically, where p is 1.
  const highest = a * Math.log((a + b) / a) + b * Math.log((a + b) / b);
  const to = Math.min(tail, Math.log(Math.expm1((tail + highest) / b)));
  const count = Math.ceil((Math.max(to, from + step) - from) / step) + 1;
  const at = Float64Array.from({ length: count }, (_, k) => from + k * step);
  const edge = new Float64Array(count).fill(1);
  edge[0] = 1 / -Math.expm1(-a * step);
  edge[count - 1] = 1 / -Math.expm1(-b * step);
  const logP = at.map((u) => -Math.log1p(Math.exp(-u)));
  return {
    p: logP.map(Math.exp),
    logP,
    logQ: at.map((u) => -Math.log1p(Math.exp(u))),
    edge,
    nearestTo: (value) => Math.max(0, Math.min(count - 1, Math.round((value - from) / step))),
  };
}
