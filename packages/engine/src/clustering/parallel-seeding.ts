import { askAll, type Share } from '../devices/shares.ts';
import type { Random } from '../random.ts';
import { drawPoint, lastPotentials, pointOf } from './seeding.ts';
import { squaredDistance } from './squared-distance.ts';

/** Bahmani et al. find that five are enough in practice. */
const rounds = 5;

/** What lanes keep sums for; more candidates than this would cost more memory than they bring. */
const mostCandidates = 1001;

const drawsOf = (k: number): number => Math.min(2 * k, (mostCandidates - 1) / rounds);

/** How many clusters the lanes must have room for. */
export function parallelCandidates(k: number): number {
  return 1 + rounds * drawsOf(k);
}

/**
 * k-means‖ (Bahmani et al., "Scalable k-means++", VLDB 2012): in each of five rounds 2k rows are drawn at once, with a
 * probability proportional to their squared distance to the nearest candidate so far; then each candidate weighs as
 * many rows as are nearest to it, and k of them are chosen as k-means++ chooses. Few passes over the rows, where
 * k-means++ takes 2k.
 * @param shares loaded for `parallelCandidates(k)` clusters
 * @returns k × features, in scaled space
 */
export async function seedInParallel(
  shares: readonly Share[],
  rowCount: number,
  features: number,
  k: number,
  random: Random,
  onRound: (candidates: number) => void,
): Promise<Float32Array> {
  const candidates = [await pointOf(shares, Math.floor(random() * rowCount))];
  let added = 1;
  for (let round = 0; round < rounds; round++) {
    onRound(candidates.length);
    const centers = flat(candidates.slice(-added), features);
    const answers = await askAll(shares, 'potential', { centers, keep: true, reset: round === 0 });
    const potentials = lastPotentials(answers, added);
    if (potentials.every((potential) => potential <= 0)) break;
    added = drawsOf(k);
    const draws = Array.from({ length: added }, () => drawPoint(shares, potentials, random));
    candidates.push(...(await Promise.all(draws)));
  }
  const weights = await weigh(shares, candidates, k, features);
  return choose(candidates, weights, k, features, random);
}

/** Rows nearest to each candidate. */
async function weigh(
  shares: readonly Share[],
  candidates: readonly Float32Array[],
  k: number,
  features: number,
): Promise<Float64Array> {
  const room = parallelCandidates(k);
  // The lanes have room for all; those that are not there repeat the first, and of equals the first takes the rows.
  const all = [...candidates, ...new Array<Float32Array>(room - candidates.length).fill(first(candidates))];
  const weights = new Float64Array(room);
  for (const { counts } of await askAll(shares, 'step', { centroids: flat(all, features) })) {
    for (let i = 0; i < counts.length; i++) weights[i % room] = (weights[i % room] ?? 0) + (counts[i] ?? 0);
  }
  return weights.subarray(0, candidates.length);
}

/** k-means++ over the candidates, by their weights; one of weight 0 is never drawn unless there is no other. */
function choose(
  candidates: readonly Float32Array[],
  weights: Float64Array,
  k: number,
  features: number,
  random: Random,
): Float32Array {
  const nearest = new Float64Array(candidates.length).fill(1);
  const chosen: Float32Array[] = [];
  while (chosen.length < k) {
    const center = candidates[drawIndex(nearest, weights, random)] ?? first(candidates);
    candidates.forEach((candidate, i) => {
      const distance = squaredDistance(candidate, center);
      nearest[i] = chosen.length === 0 ? distance : Math.min(nearest[i] ?? 0, distance);
    });
    chosen.push(center);
  }
  return flat(chosen, features);
}

function drawIndex(nearest: Float64Array, weights: Float64Array, random: Random): number {
  const shares = nearest.map((distance, i) => distance * (weights[i] ?? 0));
  let target = random() * shares.reduce((sum, share) => sum + share, 0);
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i] ?? 0;
    if (share > 0 && target < share) return i;
    target -= share;
  }
  // Rounding carried the target past the end, or every row lies on a center that is chosen.
  return Math.max(
    0,
    shares.findLastIndex((share) => share > 0),
  );
}

function flat(points: readonly Float32Array[], features: number): Float32Array {
  const all = new Float32Array(points.length * features);
  points.forEach((point, i) => {
    all.set(point, i * features);
  });
  return all;
}

function first(points: readonly Float32Array[]): Float32Array {
  return points[0] ?? new Float32Array(0);
}
