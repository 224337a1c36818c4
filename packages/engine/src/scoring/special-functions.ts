/**
 * The gamma function's logarithm and its two derivatives for positive arguments, to some 15 digits: the argument is
 * raised to at least 8 by the recurrence, and there Stirling's series is cut at its smallest useful term (Abramowitz &
 * Stegun 1964, 6.1.41, 6.3.18 and 6.4.12).
 */

const shiftTo = 8;
const halfLogTwoPi = 0.9189385332046728;

/** ln Γ(z), z > 0. */
export function logGamma(z: number): number {
  let x = z;
  let product = 1;
  while (x < shiftTo) {
    product *= x;
    x += 1;
  }
  const i = 1 / x;
  const s = i * i;
  const series =
    i *
    (1 / 12 -
      s *
        (1 / 360 -
          s *
            (1 / 1260 -
              s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156 - s * (3617 / 122400))))))));
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + series - Math.log(product);
}

/** ψ(z) = d ln Γ(z) / dz, z > 0. */
export function digamma(z: number): number {
  let x = z;
  let below = 0;
  while (x < shiftTo) {
    below += 1 / x;
    x += 1;
  }
  const s = 1 / (x * x);
  const series =
    s *
    (1 / 12 -
      s *
        (1 / 120 -
          s *
            (1 / 252 -
              s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s * (1 / 12 - s * (3617 / 8160))))))));
  return Math.log(x) - 0.5 / x - series - below;
}

/** ψ′(z), z > 0. */
export function trigamma(z: number): number {
  let x = z;
  let below = 0;
  while (x < shiftTo) {
    below += 1 / (x * x);
    x += 1;
  }
  const i = 1 / x;
  const s = i * i;
  const series =
    i *
    s *
    (1 / 6 -
      s *
        (1 / 30 -
          s * (1 / 42 - s * (1 / 30 - s * (5 / 66 - s * (691 / 2730 - s * (7 / 6 - s * (3617 / 510))))))));
  return i + 0.5 * s + series + below;
}
