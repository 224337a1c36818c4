import { askAll, type Share } from '../devices/shares.ts';
import { EngineError } from '../errors.ts';
import type { Random } from '../random.ts';

/**
 * k-means++ (Arthur & Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007): each next center is a
 * row drawn with a probability proportional to its squared distance to the nearest center so far. The greedy form of
 * their section 5, as in scikit-learn: 2 + ⌊ln k⌋ draws a center, of which the one that lowers the sum most is kept.
 * @returns k × features, in scaled space. Once every row lies on a center, that row repeats.
 */
export async function seedCenters(
  shares: readonly Share[],
  rowCount: number,
  features: number,
  k: number,
  random: Random,
  onCenter: (chosen: number) => void,
): Promise<Float32Array> {
  const centers = new Float32Array(k * features);
  let center = await pointOf(shares, Math.floor(random() * rowCount));
  centers.set(center);
  onCenter(1);
  const draws = 2 + Math.floor(Math.log(k));
  for (let chosen = 1; chosen < k; chosen++) {
    const answers = await askAll(shares, 'potential', { centers: center, keep: true, reset: chosen === 1 });
    const potentials = lastPotentials(answers, 1);
    if (potentials.every((potential) => potential <= 0)) {
      for (let rest = chosen; rest < k; rest++) centers.set(center, rest * features);
      return centers;
    }
    const candidates = new Float32Array(draws * features);
    for (let draw = 0; draw < draws; draw++) {
      candidates.set(await drawPoint(shares, potentials, random), draw * features);
    }
    const best = await bestOf(shares, candidates, draws);
    center = candidates.slice(best * features, (best + 1) * features);
    centers.set(center, chosen * features);
    onCenter(chosen + 1);
  }
  return centers;
}

async function bestOf(shares: readonly Share[], candidates: Float32Array, draws: number): Promise<number> {
  const answers = await askAll(shares, 'potential', { centers: candidates, keep: false, reset: false });
  const totals = new Array<number>(draws).fill(0);
  for (const { potentials } of answers) {
    potentials.forEach((potential, i) => {
      totals[i % draws] = (totals[i % draws] ?? 0) + potential;
    });
  }
  return totals.indexOf(Math.min(...totals));
}

/** Each chunk's potential once the last of the centers was added, in the order of the rows. */
export function lastPotentials(
  answers: readonly { readonly potentials: Float64Array }[],
  centers: number,
): number[] {
  return answers.flatMap(({ potentials }) =>
    Array.from(potentials.filter((_, i) => i % centers === centers - 1)),
  );
}

/** A row, with a probability proportional to its squared distance to the centers that were kept. */
export async function drawPoint(
  shares: readonly Share[],
  potentials: readonly number[],
  random: Random,
): Promise<Float32Array> {
  let target = random() * potentials.reduce((sum, potential) => sum + potential, 0);
  let chunk = 0;
  // Rounding can carry the target past the last chunk; a chunk of weight 0 must not be drawn.
  let drawn = potentials.findLastIndex((potential) => potential > 0);
  for (; chunk < drawn; chunk++) {
    const potential = potentials[chunk] ?? 0;
    if (target < potential) drawn = chunk;
    else target -= potential;
  }
  const share = shares.findLast((candidate) => candidate.firstChunk <= drawn);
  if (!share) throw noRows();
  const { point } = await share.lane.call('pick', { chunk: drawn - share.firstChunk, target });
  return point;
}

export async function pointOf(shares: readonly Share[], row: number): Promise<Float32Array> {
  const share = shares.findLast((candidate) => candidate.firstRow <= row);
  if (!share) throw noRows();
  const { point } = await share.lane.call('point', { row: row - share.firstRow });
  return point;
}

function noRows(): EngineError {
  return new EngineError('engine_k_too_large', 'There are no rows to seed from.');
}
