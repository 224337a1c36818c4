import { describe, expect, it } from 'vitest';
import { Partition } from '../devices/partition.ts';
import { type KernelFactory, selectDevice } from '../devices/select.ts';
import { type KernelCase, kernelCases } from '../kernels/kernel.cases.ts';
import type { KernelDevice } from '../kernels/kernel.ts';
import { FeatureMatrix } from '../matrix.ts';
import { seededRandom } from '../random.ts';
import { fitScaling, type Scaling } from '../scaling.ts';
import { featureNames, normal } from './data.ts';
import { nearest, scaledRows, squaredDistance } from './reference.ts';

/** What every device promises: the cases of kernel.cases.ts against plain float64. */
export function describeKernel(device: KernelDevice): void {
  describe(`the ${device} kernel`, () => {
    for (const kernelCase of kernelCases) {
      it(`agrees with float64 on ${kernelCase.name}`, async () => {
        const factory = await selectDevice(device);
        expect(factory.device).toBe(device);
        checkCase(factory, prepare(kernelCase));
      });
    }

    it('keeps a row with the first of equally near centroids', async () => {
      const factory = await selectDevice(device);
      const matrix = FeatureMatrix.fromRows(
        ['a', 'b'],
        [
          [1, 2],
          [5, 5],
          [1, 2],
          [9, 7],
        ],
      );
      const columns = matrix.columns();
      const scaling = fitScaling(matrix);
      for (let clusters = 1; clusters <= 11; clusters++) {
        // The far one first, then the same point again and again.
        const flat = new Float32Array(clusters * 2).fill(0.25);
        flat.set([90, 90]);
        const { labels } = new Partition(factory).predict({
          columns,
          scaling,
          clusters,
          centroids: flat,
          distances: false,
          missing: false,
        });
        expect(Array.from(labels)).toEqual(new Array(4).fill(clusters === 1 ? 0 : 1));
      }
    });

    it('refuses values whose distances would overflow', async () => {
      const factory = await selectDevice(device);
      const matrix = FeatureMatrix.fromRows(['a'], [[1e30], [-1e30], [0]]);
      const scaling = fitScaling(matrix, { scaling: 'none' });
      const load = (): unknown =>
        new Partition(factory).load({
          columns: matrix.columns(),
          scaling,
          clusters: 1,
          chunkRows: 8,
        });
      expect(load).toThrow(expect.objectContaining({ code: 'engine_matrix_out_of_range' }));
    });
  });
}

interface Prepared {
  readonly matrix: FeatureMatrix;
  readonly scaling: Scaling;
  readonly rows: number[][];
  readonly clusters: number;
  readonly centroids: number[][];
  readonly flat: Float32Array;
}

function prepare({
  rows,
  features,
  clusters,
  missing = 0,
  levels,
  constant = 0,
  offset = 0,
}: KernelCase): Prepared {
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
  return { matrix, scaling, rows: scaled, clusters, centroids, flat: Float32Array.from(centroids.flat()) };
}

function checkCase(factory: KernelFactory, prepared: Prepared): void {
  const { matrix, scaling, rows, clusters, centroids, flat } = prepared;
  const columns = matrix.columns();
  const size = Math.max(1, ...rows.map((row) => squaredDistance(row, new Array(row.length).fill(0))));
  const near = (actual: number, expected: number, of: number): void =>
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-5 * of);

  const predicted = new Partition(factory).predict({
    columns,
    scaling,
    clusters,
    centroids: flat,
    distances: true,
    missing: true,
  });
  expect(predicted.labels).toHaveLength(rows.length);
  rows.forEach((row, i) => {
    const label = predicted.labels[i] ?? -1;
    const own = squaredDistance(row, centroids[label] ?? []);
    near(own, squaredDistance(row, centroids[nearest(row, centroids)] ?? []), size);
    near((predicted.distances[i] ?? Number.NaN) ** 2, own, size);
  });

  // Two chunks at least, wherever there are rows for two.
  const chunkRows = Math.max(8, Math.ceil(rows.length / 16) * 8);
  const partition = new Partition(factory);
  const { squares } = partition.load({ columns, scaling, clusters, chunkRows });
  expect(squares).toHaveLength(Math.ceil(rows.length / chunkRows));
  const norms = rows.map((row) => squaredDistance(row, new Array(row.length).fill(0)));
  near(sum(squares), sum(norms), rows.length * size);

  const { potentials } = partition.potential({ centers: flat, keep: false, reset: true });
  centroids.forEach((centroid, k) => {
    const total = sum(potentials.filter((_, i) => i % clusters === k));
    near(total, sum(rows.map((row) => squaredDistance(row, centroid))), rows.length * size);
  });
  const kept = partition.potential({ centers: flat, keep: true, reset: true }).potentials;
  const last = sum(kept.filter((_, i) => i % clusters === clusters - 1));
  near(last, sum(predicted.distances.map((distance) => distance * distance)), rows.length * size);

  const { sums, counts } = partition.step({ centroids: flat });
  const width = columns.length;
  for (let k = 0; k < clusters; k++) {
    const members = rows.filter((_, i) => predicted.labels[i] === k);
    expect(sum(counts.filter((_, i) => i % clusters === k))).toBe(members.length);
    for (let j = 0; j < width; j++) {
      const total = sum(sums.filter((_, i) => i % (clusters * width) === k * width + j));
      near(total, sum(members.map((row) => row[j] ?? 0)), 1e-6 * rows.length * size);
    }
  }

  // Centroids on the move, by less and less: what is kept from step to step must say what a fresh look says.
  const random = seededRandom(7);
  let moving = flat;
  for (let size = 1; size > 1e-6; size /= 4) {
    moving = moving.map((value) => value + normal(random) * size);
    const fresh = new Partition(factory);
    fresh.load({ columns, scaling, clusters, chunkRows });
    const [kept, anew] = [partition.step({ centroids: moving }), fresh.step({ centroids: moving })];
    expect(kept.counts).toEqual(anew.counts);
    kept.sums.forEach((total, i) => {
      near(total, anew.sums[i] ?? Number.NaN, 1e-6 * rows.length);
    });
  }

  const finished = partition.finish({ centroids: flat });
  expect(finished.labels).toEqual(predicted.labels);
  expect(finished.distances).toEqual(predicted.distances);
  near(sum(finished.inertias), sum(predicted.distances.map((d) => d * d)), rows.length * size);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
