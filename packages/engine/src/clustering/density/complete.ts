import type { ThreadingOptions } from '../../devices/crew.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { type ScaledRows, scaledRowsOf } from '../../neighbours/points.ts';
import type { Scaling } from '../../scaling.ts';
import { chooseMembers, type MemberRows } from './members.ts';
import { type Reached, reachMembers } from './reach-members.ts';

/** Rows by which the reach of a model's clusters is judged, when it does not keep all of them. */
const judgedRows = 4096;

/** What the rows that were seen became. */
export interface Seen {
  readonly rows: ScaledRows;
  /** −1 for those that may not stand for a cluster. */
  readonly labels: Int32Array;
  /** Squared core distances. */
  readonly cores: Float64Array;
}

export function memberRows(seen: Seen, which: Int32Array): MemberRows {
  const { features, stride, values } = seen.rows;
  const taken = new Float32Array(which.length * stride);
  which.forEach((row, i) => {
    taken.set(values.subarray(row * stride, (row + 1) * stride), i * stride);
  });
  return {
    rows: { features, stride, count: which.length, values: taken },
    // As a model holds them, so that a fresh model and one that was stored give the same answers.
    cores: Float64Array.from(which, (row) => Math.fround(Math.sqrt(seen.cores[row] ?? 0)) ** 2),
    clusters: Int32Array.from(which, (row) => seen.labels[row] ?? 0),
  };
}

/** Members of every row that has a label. */
export function allMembers(seen: Seen): MemberRows {
  const rows = Int32Array.from({ length: seen.labels.length }, (_, row) => row);
  return memberRows(
    seen,
    rows.filter((row) => (seen.labels[row] ?? -1) >= 0),
  );
}

/**
 * The members that a model keeps. Where these are not all, rows are farther from the nearest one than they were, and
 * each cluster's reach grows to where it tells most of a sample's rows from noise as the fit did.
 * @param labels of every row that was seen; `seen.labels` may leave out some
 * @param reaches of the clusters if every row were kept
 */
export async function keepMembers(
  seen: Seen,
  labels: Int32Array,
  reaches: readonly number[],
  order: Int32Array,
  neighbours: number,
  options: ThreadingOptions,
): Promise<{ members: MemberRows; neighbours: number; reaches: readonly number[] }> {
  const which = chooseMembers(seen.labels, reaches.length, order);
  const members = memberRows(seen, which);
  const kept = new Set(which);
  const left = order.filter((row) => !kept.has(row));
  const labelled = left.filter((row) => (seen.labels[row] ?? -1) >= 0).length;
  if (labelled === 0) return { members, neighbours, reaches };
  // So many nearest members stand for as many of all points as before.
  const fewer = Math.max(1, Math.round((neighbours * which.length) / (which.length + labelled)));
  const step = Math.max(1, Math.ceil(left.length / judgedRows));
  const judged = left.filter((_, i) => i % step === 0);
  const { rows } = memberRows(seen, judged);
  const part = (start: number, end: number): Promise<ScaledRows> => Promise.resolve(slice(rows, start, end));
  // Too little work for workers to be started once more.
  const where = options.pool ? options : { ...options, threads: 0 };
  const reached = await reachMembers(members, fewer, rows.count, part, where);
  const around = reaches.map((): { distance: number; belongs: boolean }[] => []);
  judged.forEach((row, i) => {
    const cluster = members.clusters[reached.members[i] ?? -1] ?? -1;
    const belongs = labels[row] === cluster;
    if (belongs || labels[row] === -1)
      around[cluster]?.push({ distance: reached.distances[i] ?? 0, belongs });
  });
  return { members, neighbours: fewer, reaches: reaches.map((least, c) => fitReach(least, around[c] ?? [])) };
}

/** The distance, of at least `least`, up to which the most rows belong for each that does not. */
function fitReach(least: number, around: { distance: number; belongs: boolean }[]): number {
  let reach = least;
  let best = 0;
  let balance = 0;
  for (const { distance, belongs } of around.sort((a, b) => a.distance - b.distance)) {
    if (distance <= least) continue;
    balance += belongs ? 1 : -1;
    if (balance <= best) continue;
    best = balance;
    reach = distance;
  }
  return reach;
}

/** Which member the rows of a matrix are nearest to. */
export async function reachOfMatrix(
  members: MemberRows,
  neighbours: number,
  matrix: FeatureMatrix,
  scaling: Scaling,
  options: ThreadingOptions,
): Promise<Reached> {
  const rowsFrom = (start: number, end: number): Promise<ScaledRows> => {
    const rows = Int32Array.from({ length: end - start }, (_, i) => start + i);
    return scaledRowsOf(matrix, scaling, async () => undefined, rows);
  };
  return reachMembers(members, neighbours, matrix.rowCount, rowsFrom, options);
}

function slice(rows: ScaledRows, start: number, end: number): ScaledRows {
  const { features, stride, values } = rows;
  return { features, stride, count: end - start, values: values.subarray(start * stride, end * stride) };
}
