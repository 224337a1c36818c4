import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kmeans } from '../clustering/kmeans.ts';
import { predict } from '../clustering/predict.ts';
import type { Lane, LaneCalls } from '../devices/calls.ts';
import { type Crew, openCrew } from '../devices/crew.ts';
import { deviceCases } from '../devices/device.cases.ts';
import type { Device } from '../devices/device.ts';
import type { KernelCase } from '../kernels/kernel.cases.ts';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { fitScaling, type Scaling } from '../scaling.ts';
import { blobs, featureNames, normal, samePartition } from './data.ts';
import { nearest, scaledRows, squaredDistance } from './reference.ts';

interface DeviceSuiteOptions {
  readonly cases?: readonly KernelCase[];
  /** Why the million rows are left out, and fewer steps taken. */
  readonly slow?: string;
}

/** What every device promises, through the calls that the algorithms make: the cases against plain float64. */
export function describeDevice(device: Device, options: DeviceSuiteOptions = {}): void {
  const { cases = deviceCases, slow } = options;
  // Where the CPU plays a graphics card and is busy, compiling a kernel takes seconds.
  describe(`the ${device} device`, { timeout: 60_000 }, () => {
    let crew: Crew;
    let lane: Lane;

    beforeAll(async () => {
      crew = await openCrew({ device, threads: 0 }, 0, 1);
      const [first] = crew.lanes;
      if (!first) throw new Error('The crew has no lane.');
      lane = first;
    });

    afterAll(() => crew.close());

    it('is the one that was asked for', () => {
      expect(crew.device).toBe(device);
    });

    it.each(cases)('agrees with float64 on $name', (given) => checkCase(lane, prepare(given), slow ? 3 : 10));

    it('keeps a row with the first of equally near centroids', async () => {
      const matrix = FeatureMatrix.fromColumns(
        ['a', 'b'],
        [Float32Array.of(1, 5, 1, 9), Float32Array.of(2, 5, 2, 7)],
      );
      const input = { columns: matrix.columns(), scaling: fitScaling(matrix), missing: false };
      for (const clusters of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17, 40]) {
        // The far one first, then the same point again and again.
        const centroids = new Float32Array(clusters * 2).fill(0.25);
        centroids.set([90, 90]);
        const { labels } = await lane.call('predict', { ...input, clusters, centroids, distances: false });
        expect(Array.from(labels)).toEqual(new Array(4).fill(clusters === 1 ? 0 : 1));
      }
    });

    it('has nothing to say of no rows', async () => {
      const columns = [new Float32Array(0), new Float32Array(0)];
      const scaling = fitScaling(FeatureMatrix.fromColumns(['a', 'b'], columns));
      const centroids = Float32Array.of(1, 2, 3, 4);
      const { squares } = await lane.call('load', { columns, scaling, clusters: 2, chunkRows: 8 });
      expect(squares).toHaveLength(0);
      const none = { labels: new Int32Array(0), distances: new Float32Array(0) };
      expect(
        await lane.call('predict', {
          columns,
          scaling,
          clusters: 2,
          centroids,
          distances: true,
          missing: false,
        }),
      ).toEqual(none);
    });

    it.each([1e30, 1e20])('refuses values like %d, whose distances would overflow', async (value) => {
      const matrix = FeatureMatrix.fromColumns(['a'], [Float32Array.of(value, -value, 0)]);
      const scaling = fitScaling(matrix, { scaling: 'none' });
      const input = { columns: matrix.columns(), scaling, clusters: 1, chunkRows: 8 };
      await expect(lane.call('load', input)).rejects.toMatchObject({ code: 'engine_matrix_out_of_range' });
    });

    it('finds the groups that there are', async () => {
      const { matrix, truth } = blobs({ rows: 4001, features: 5, groups: 6, seed: 7, apart: 20 });
      const { model, labels } = await kmeans(matrix, {
        k: 6,
        seed: 3,
        initializations: 3,
        device,
        threads: 0,
      });
      expect(model.device).toBe(device);
      expect(samePartition(labels, truth)).toBe(true);
      const predicted = await predict(model, matrix, { device, threads: 0 });
      expect(predicted.labels).toEqual(labels);
    });

    it('gives the same fit every time, where clusters run empty', async () => {
      const random = seededRandom(5);
      const columns = [0, 1].map(() => Float32Array.from({ length: 40 }, () => Math.floor(random() * 2)));
      const matrix = FeatureMatrix.fromColumns(['a', 'b'], columns);
      const options = { k: 7, device, threads: 0 };
      const fitted = await kmeans(matrix, options);
      expect(fitted.model.inertia).toBeCloseTo(0, 5);
      expect(new Set(fitted.labels).size).toBe(4);
      expect(await kmeans(matrix, options)).toEqual(fitted);
    });

    it.skipIf(slow !== undefined)(
      `labels and sums a million rows${slow ? ` (left out: ${slow})` : ''}`,
      async () => {
        const { matrix, truth } = blobs({ rows: 1_000_003, features: 3, groups: 4, seed: 1, apart: 20 });
        const scaling = fitScaling(matrix);
        const rows = [0, 1, 2, 3].map((i) => scaledRow(matrix, scaling, i));
        const centroids = Float32Array.from(rows.flat());
        const input = { columns: matrix.columns(), scaling, clusters: 4 };
        await lane.call('load', { ...input, chunkRows: 15632 });
        const { counts } = await lane.call('step', { centroids });
        const { labels } = await lane.call('finish', { centroids });
        expect(labels).toEqual(truth);
        expect(totals(counts, 4)).toEqual([250_001, 250_001, 250_001, 250_000]);
      },
    );
  });
}

interface Prepared {
  readonly matrix: FeatureMatrix;
  readonly scaling: Scaling;
  readonly rows: number[][];
  readonly centroids: number[][];
}

function prepare(deviceCase: KernelCase): Prepared {
  const { rows, features, clusters, missing = 0, levels, constant = 0, offset = 0 } = deviceCase;
  const random = seededRandom(rows * 1000 + features * 10 + clusters);
  const value = (): number => (levels ? Math.floor(random() * levels) : normal(random) * 3) + offset;
  const columns = Array.from({ length: features }, (_, j) =>
    Float32Array.from({ length: rows }, () => (random() < missing ? Number.NaN : j < constant ? 5 : value())),
  );
  const matrix = FeatureMatrix.fromColumns(featureNames(features), columns);
  const scaling = fitScaling(matrix, { scaling: offset ? 'none' : 'standard' });
  const scaled = scaledRows(matrix, scaling);
  // Rows as centroids, so that rows lie on centroids, and those repeat where rows do.
  const centroids = Array.from({ length: clusters }, (_, k) => scaled[(k * 7) % rows] ?? []);
  return { matrix, scaling, rows: scaled, centroids };
}

/** @param moves steps with centroids that move less and less */
async function checkCase(
  lane: Lane,
  { matrix, scaling, rows, centroids }: Prepared,
  moves: number,
): Promise<void> {
  const columns = matrix.columns();
  const width = columns.length;
  const clusters = centroids.length;
  const flat = Float32Array.from(centroids.flat());
  const norms = rows.map((row) => squaredDistance(row, new Array(width).fill(0)));
  const size = Math.max(1, ...norms);
  const near = (actual: number, expected: number, of: number): void =>
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-5 * of);

  const wanted = { columns, scaling, clusters, centroids: flat, missing: true };
  const predicted = await lane.call('predict', { ...wanted, distances: true });
  expect(predicted.labels).toHaveLength(rows.length);
  let worst = 0;
  rows.forEach((row, i) => {
    const own = squaredDistance(row, centroids[predicted.labels[i] ?? -1] ?? []);
    const least = squaredDistance(row, centroids[nearest(row, centroids)] ?? []);
    worst = Math.max(worst, own - least, Math.abs((predicted.distances[i] ?? Number.NaN) ** 2 - own));
  });
  near(worst, 0, size);
  const squared = Array.from(predicted.distances, (distance) => distance * distance);
  expect(await lane.call('predict', { ...wanted, distances: false })).toEqual({
    labels: predicted.labels,
    distances: new Float32Array(0),
  });

  // Two chunks at least, wherever there are rows for two.
  const chunkRows = Math.max(8, Math.ceil(rows.length / 16) * 8);
  const { squares } = await lane.call('load', { columns, scaling, clusters, chunkRows });
  expect(squares).toHaveLength(Math.ceil(rows.length / chunkRows));
  near(sum(squares), sum(norms), rows.length * size);
  const last = rows.length - 1;
  expect(Array.from((await lane.call('point', { row: last })).point)).toEqual(rows[last]);

  const { potentials } = await lane.call('potential', { centers: flat, keep: false, reset: true });
  centroids.forEach((centroid, k) => {
    const expected = sum(rows.map((row) => squaredDistance(row, centroid)));
    near(totals(potentials, clusters)[k] ?? Number.NaN, expected, rows.length * size);
  });
  const kept = await lane.call('potential', { centers: flat, keep: true, reset: true });
  near(totals(kept.potentials, clusters)[clusters - 1] ?? Number.NaN, sum(squared), rows.length * size);
  await checkPick(lane, kept.potentials, { rows, squared, chunkRows, clusters });

  // Other centroids first: what is summed must not depend on the labels that rows had before.
  for (const turn of [1, 0]) {
    const turned = turn ? [...centroids.slice(turn), ...centroids.slice(0, turn)] : centroids;
    const { sums, counts } = await lane.call('step', { centroids: Float32Array.from(turned.flat()) });
    const labels = turn ? rows.map((row) => nearest(row, turned)) : Array.from(predicted.labels);
    if (turn && ambiguous(rows, turned)) continue;
    const members = centroids.map((_, k) => rows.filter((_row, i) => labels[i] === k));
    expect(totals(counts, clusters)).toEqual(members.map(({ length }) => length));
    const summed = totals(sums, clusters * width);
    let off = 0;
    members.forEach((own, k) => {
      for (let j = 0; j < width; j++) {
        const expected = sum(own.map((row) => row[j] ?? 0));
        off = Math.max(off, Math.abs((summed[k * width + j] ?? Number.NaN) - expected));
      }
    });
    near(off, 0, 1e-6 * rows.length * size);
  }
  await checkFarthest(lane, { rows, squared, clusters });

  // What is kept from step to step must say what a fresh look says.
  const random = seededRandom(7);
  let moving = flat;
  const path = Array.from({ length: moves }, (_, move) => {
    moving = moving.map((value) => value + normal(random) * 4 ** -move);
    return moving;
  });
  const along: LaneCalls['step']['output'][] = [];
  for (const at of path) along.push(await lane.call('step', { centroids: at }));
  for (const [move, at] of path.entries()) {
    await lane.call('load', { columns, scaling, clusters, chunkRows });
    const anew = await lane.call('step', { centroids: at });
    expect(along[move]?.counts).toEqual(anew.counts);
    const off = anew.sums.map((total, i) => Math.abs(total - (along[move]?.sums[i] ?? Number.NaN)));
    near(Math.max(...off), 0, 1e-6 * rows.length);
  }

  const finished = await lane.call('finish', { centroids: flat });
  expect(finished.labels).toEqual(predicted.labels);
  expect(finished.distances).toEqual(predicted.distances);
  near(sum(finished.inertias), sum(squared), rows.length * size);
}

/** Draws at both ends and in the middle of each chunk land on a row that has weight, where the running sum passes. */
async function checkPick(
  lane: Lane,
  potentials: Float64Array,
  {
    rows,
    squared,
    chunkRows,
    clusters,
  }: { rows: number[][]; squared: number[]; chunkRows: number; clusters: number },
): Promise<void> {
  const last = Math.ceil(rows.length / chunkRows) - 1;
  for (const chunk of new Set([0, last >> 1, last])) {
    const weight = potentials[chunk * clusters + clusters - 1] ?? 0;
    if (weight <= 0) continue;
    const own = squared.slice(chunk * chunkRows, (chunk + 1) * chunkRows);
    for (const share of [0, 0.5, 1]) {
      const { point } = await lane.call('pick', { chunk, target: weight * share });
      const row = rows.findIndex((candidate, i) => i >= chunk * chunkRows && same(candidate, point));
      const at = row - chunk * chunkRows;
      expect(own[at]).toBeGreaterThan(0);
      const before = sum(own.slice(0, at));
      expect(before).toBeLessThanOrEqual(weight * share + 1e-4 * weight);
      // Rows that repeat are found by their first; then there is more before the one that was meant.
      const repeats = rows.filter((candidate) => same(candidate, point)).length > 1;
      if (!repeats) expect(before + (own[at] ?? 0)).toBeGreaterThanOrEqual(weight * share - 1e-4 * weight);
    }
  }
}

async function checkFarthest(
  lane: Lane,
  { rows, squared, clusters }: { rows: number[][]; squared: number[]; clusters: number },
): Promise<void> {
  const count = 5;
  const { distances, labels, points } = await lane.call('farthest', { count });
  const width = rows[0]?.length ?? 0;
  const ranked = squared.filter((distance) => distance > 0).sort((a, b) => b - a);
  expect(distances.length).toBe(Math.min(count, ranked.length));
  distances.forEach((distance, n) => {
    expect(distance / (ranked[n] ?? Number.NaN)).toBeCloseTo(1, 4);
    const point = points.subarray(n * width, (n + 1) * width);
    const row = rows.findIndex((candidate) => same(candidate, point));
    expect((squared[row] ?? Number.NaN) / distance).toBeCloseTo(1, 4);
  });
  expect(labels.every((label) => label >= 0 && label < clusters)).toBe(true);
}

/** Whether any row is as near, within float32, to two centroids that differ. */
function ambiguous(rows: number[][], centroids: number[][]): boolean {
  return rows.some((row) => {
    const distances = centroids.map((centroid) => squaredDistance(row, centroid));
    const least = Math.min(...distances);
    return distances.some((distance, k) => distance < least + 1e-3 && k !== distances.indexOf(least));
  });
}

function scaledRow(matrix: FeatureMatrix, scaling: Scaling, row: number): number[] {
  const one = matrix.row(row);
  const single = FeatureMatrix.fromColumns(
    matrix.names,
    Array.from(one, (value) => Float32Array.of(value)),
  );
  return scaledRows(single, scaling)[0] ?? [];
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i]);
}

/** Adds up what came a chunk at a time. */
function totals(values: ArrayLike<number>, width: number): number[] {
  const added = new Array<number>(width).fill(0);
  for (let i = 0; i < values.length; i++) added[i % width] = (added[i % width] ?? 0) + (values[i] ?? 0);
  return added;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
