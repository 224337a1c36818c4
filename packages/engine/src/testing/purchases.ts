import { FeatureMatrix } from '../matrix.ts';
import { type Random, seededRandom } from '../random.ts';
import type { BgNbdParameters } from '../scoring/bg-nbd-expectation.ts';
import { normal } from './data.ts';

/** A gamma variate with shape and rate (Marsaglia & Tsang 2000, ACM TOMS 26; below 1 with their boost by U^(1/shape)). */
export function gammaVariate(random: Random, shape: number, rate: number): number {
  if (shape < 1) return gammaVariate(random, shape + 1, rate) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normal(random);
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return (d * v) / rate;
  }
}

export interface SimulatedPlayers {
  readonly players: number;
  readonly seed: number;
  readonly bgNbd: BgNbdParameters;
  /** Gamma–Gamma; default 6, 4, 16, which is near CDNOW. */
  readonly spend?: { readonly p: number; readonly q: number; readonly v: number };
  /** The longest T; each player's first purchase falls somewhere in its second half. Default 52. */
  readonly length?: number;
  /** Time after T that is counted too. Default 0. */
  readonly holdout?: number;
  /** Times are rounded up to whole units of this. Default 0: not rounded. */
  readonly round?: number;
}

/** Players who do just what BG/NBD and Gamma–Gamma say: frequency, recency, T, monetary and `later` (in the holdout). */
export function simulatePlayers(options: SimulatedPlayers): FeatureMatrix {
  const { players, seed, bgNbd, length = 52, holdout = 0, round = 0 } = options;
  const spend = options.spend ?? { p: 6, q: 4, v: 16 };
  const random = seededRandom(seed);
  const names = ['frequency', 'recency', 'T', 'monetary', 'later'];
  const columns = names.map(() => new Float32Array(players));
  for (let i = 0; i < players; i++) {
    const T = length * (1 - random() / 2);
    const rate = gammaVariate(random, bgNbd.r, bgNbd.alpha);
    const stays = gammaVariate(random, bgNbd.b, 1);
    const leaves = gammaVariate(random, bgNbd.a, 1);
    const leaving = leaves / (leaves + stays);
    let [time, x, last, later] = [0, 0, 0, 0];
    while (time <= T + holdout) {
      time -= Math.log(1 - random()) / rate;
      if (time <= T) {
        x += 1;
        last = time;
      } else if (time <= T + holdout) later += 1;
      if (random() < leaving) break;
    }
    const nu = gammaVariate(random, spend.q, spend.v);
    const mean = x > 0 ? gammaVariate(random, spend.p * x, nu * x) : 0;
    const whole = (value: number) => (round > 0 ? Math.ceil(value / round) * round : value);
    [x, whole(last), whole(T), mean, later].forEach((value, j) => {
      const column = columns[j];
      if (column) column[i] = value;
    });
  }
  return FeatureMatrix.fromColumns(names, columns);
}
