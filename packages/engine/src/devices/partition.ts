import { EngineError } from '../errors.ts';
import { type Kernel, neverChosen, panelRows } from '../kernels/kernel.ts';
import { type Scaling, signedLog1p } from '../scaling.ts';
import type { LaneCalls, LaneHandlers } from './calls.ts';
import { type Layout, layOut, tileColumnBytes, tileRows } from './layout.ts';

/** Beyond this a squared distance may leave float32. */
const largestScaled = 1e15;

/** One thread's share of the rows, in one kernel's memory, and what can be asked about them. */
export class Partition implements LaneHandlers {
  readonly #kernel: Kernel;
  #layout: Layout = layOut(0, 1, 1);
  #rows = 0;
  #chunkRows = panelRows;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  load(input: LaneCalls['load']['input']): LaneCalls['load']['output'] {
    const rows = input.columns[0]?.length ?? 0;
    this.#layOut(layOut(rows, input.columns.length, input.clusters), input.scaling);
    this.#rows = rows;
    this.#chunkRows = input.chunkRows;
    for (let start = 0; start < rows; start += tileRows) {
      this.#packTile(input.columns, input.scaling, start, Math.min(start + tileRows, rows), start);
    }
    this.#resetNearest();
    this.#floats(this.#layout.point, this.#layout.features).fill(0);
    const squares = new Float64Array(this.#chunkCount);
    for (let chunk = 0; chunk < squares.length; chunk++) squares[chunk] = this.#potentialOf(chunk, 0);
    return { squares };
  }

  potential(input: LaneCalls['potential']['input']): LaneCalls['potential']['output'] {
    const { features, point } = this.#layout;
    if (input.reset) this.#resetNearest();
    const candidates = input.centers.length / features;
    const potentials = new Float64Array(this.#chunkCount * candidates);
    // The chunk outside: it is in the cache for every candidate but the first.
    for (let chunk = 0; chunk < this.#chunkCount; chunk++) {
      for (let candidate = 0; candidate < candidates; candidate++) {
        const center = input.centers.subarray(candidate * features, (candidate + 1) * features);
        this.#floats(point, features).set(center);
        potentials[chunk * candidates + candidate] = this.#potentialOf(chunk, input.keep ? 1 : 0);
      }
    }
    return { potentials };
  }

  pick(input: LaneCalls['pick']['input']): LaneCalls['pick']['output'] {
    const start = input.chunk * this.#chunkRows;
    const end = Math.min(start + this.#chunkRows, this.#rows);
    const nearest = this.#floats(this.#layout.distances, this.#rows);
    let passed = 0;
    let row = start;
    for (let i = start; i < end; i++) {
      const weight = nearest[i] ?? 0;
      if (weight <= 0) continue;
      // Rounding can leave the target beyond the last sum; then the last row that has any weight is meant.
      row = i;
      passed += weight;
      if (passed > input.target) break;
    }
    return { point: this.#point(row) };
  }

  point(input: LaneCalls['point']['input']): LaneCalls['point']['output'] {
    return { point: this.#point(input.row) };
  }

  step(input: LaneCalls['step']['input']): LaneCalls['step']['output'] {
    const { features, clusters, panels, labels, sums, counts } = this.#layout;
    this.#setCentroids(input.centroids);
    this.#assign(this.#rows);
    const chunkCount = this.#chunkCount;
    const allSums = new Float64Array(chunkCount * clusters * features);
    const allCounts = new Int32Array(chunkCount * clusters);
    for (let chunk = 0; chunk < chunkCount; chunk++) {
      const first = chunk * this.#chunkRows;
      const sum = new Float64Array(this.#kernel.buffer, sums, clusters * features).fill(0);
      const count = new Int32Array(this.#kernel.buffer, counts, clusters).fill(0);
      this.#kernel.accumulate(
        panels + first * features * 4,
        Math.min(this.#chunkRows, this.#rows - first),
        features,
        labels + first * 4,
        sums,
        counts,
      );
      allSums.set(sum, chunk * clusters * features);
      allCounts.set(count, chunk * clusters);
    }
    return { sums: allSums, counts: allCounts };
  }

  farthest(input: LaneCalls['farthest']['input']): LaneCalls['farthest']['output'] {
    const { features } = this.#layout;
    this.#measure(this.#rows);
    const distances = this.#floats(this.#layout.distances, this.#rows);
    const labels = new Int32Array(this.#kernel.buffer, this.#layout.labels, this.#rows);
    const taken: number[] = [];
    for (let row = 0; row < this.#rows; row++) {
      const distance = distances[row] ?? 0;
      const last = taken[input.count - 1];
      if (distance <= 0 || (last !== undefined && distance <= (distances[last] ?? 0))) continue;
      // Behind those that are as far: of equals the first row stands first.
      let at = taken.length;
      while (at > 0 && distance > (distances[taken[at - 1] ?? 0] ?? 0)) at--;
      taken.splice(at, 0, row);
      taken.length = Math.min(taken.length, input.count);
    }
    const points = new Float32Array(taken.length * features);
    taken.forEach((row, n) => {
      points.set(this.#point(row), n * features);
    });
    return {
      distances: Float32Array.from(taken, (row) => distances[row] ?? 0),
      labels: Int32Array.from(taken, (row) => labels[row] ?? 0),
      points,
    };
  }

  finish(input: LaneCalls['finish']['input']): LaneCalls['finish']['output'] {
    this.#setCentroids(input.centroids);
    this.#assign(this.#rows);
    this.#measure(this.#rows);
    const distances = this.#floats(this.#layout.distances, this.#rows).slice();
    const inertias = new Float64Array(this.#chunkCount);
    for (let i = 0; i < distances.length; i++) {
      const squared = distances[i] ?? 0;
      const chunk = Math.floor(i / this.#chunkRows);
      inertias[chunk] = (inertias[chunk] ?? 0) + squared;
      distances[i] = Math.sqrt(squared);
    }
    return { labels: this.#labels(this.#rows).slice(), distances, inertias };
  }

  predict(input: LaneCalls['predict']['input']): LaneCalls['predict']['output'] {
    const rows = input.columns[0]?.length ?? 0;
    this.#layOut(layOut(tileRows, input.columns.length, input.clusters), input.scaling);
    this.#setCentroids(input.centroids);
    const labels = new Int32Array(rows);
    const distances = new Float32Array(input.distances ? rows : 0);
    for (let start = 0; start < rows; start += tileRows) {
      const end = Math.min(start + tileRows, rows);
      this.#packTile(input.columns, input.scaling, start, end, 0);
      this.#assign(end - start);
      labels.set(this.#labels(end - start), start);
      if (input.distances) {
        this.#measure(end - start);
        const squared = this.#floats(this.#layout.distances, end - start);
        for (let i = 0; i < squared.length; i++) distances[start + i] = Math.sqrt(squared[i] ?? 0);
      }
    }
    return { labels, distances };
  }

  get #chunkCount(): number {
    return Math.ceil(this.#rows / this.#chunkRows);
  }

  #layOut(layout: Layout, scaling: Scaling): void {
    this.#kernel.reserve(layout.bytes);
    this.#layout = layout;
    this.#floats(layout.fills, layout.features).set(scaling.fill);
    this.#floats(layout.centers, layout.features).set(scaling.center);
    this.#floats(layout.factors, layout.features).set(scaling.factor);
  }

  /** Packs rows `start` to `end`, at most a tile, into the panels from row `at` (a multiple of 8) on. */
  #packTile(
    columns: readonly Float32Array[],
    scaling: Scaling,
    start: number,
    end: number,
    at: number,
  ): void {
    const { features, tile, panels, fills, centers, factors } = this.#layout;
    const panelCount = Math.ceil((end - start) / panelRows);
    columns.forEach((column, j) => {
      const raw = this.#floats(tile + j * tileColumnBytes, panelCount * panelRows);
      if (scaling.transform[j] === 'log1p') {
        for (let i = start; i < end; i++) raw[i - start] = signedLog1p(column[i] ?? Number.NaN);
      } else {
        raw.set(column.subarray(start, end));
      }
      // Rows that only fill the last panel are "missing": they get the median and cannot overflow.
      raw.fill(Number.NaN, end - start);
    });
    const largest = this.#kernel.pack(
      tile,
      tileColumnBytes,
      panelCount,
      features,
      fills,
      centers,
      factors,
      panels + at * features * 4,
    );
    if (!(largest <= largestScaled)) {
      throw new EngineError(
        'engine_matrix_out_of_range',
        `A scaled value is ${largest}, beyond ${largestScaled}; distances would overflow. Use a scaling or a transform.`,
        { details: { largest } },
      );
    }
  }

  #setCentroids(centroids: Float32Array): void {
    const { features, clusters, centroids: at, halfNorms } = this.#layout;
    const paired = clusters + (clusters % 2);
    this.#floats(at, paired * features)
      .fill(0)
      .set(centroids);
    const norms = this.#floats(halfNorms, paired).fill(neverChosen);
    for (let k = 0; k < clusters; k++) {
      let square = 0;
      for (let j = 0; j < features; j++) square += (centroids[k * features + j] ?? 0) ** 2;
      norms[k] = square / 2;
    }
  }

  #assign(rows: number): void {
    const { features, clusters, panels, centroids, halfNorms, labels } = this.#layout;
    const paired = clusters + (clusters % 2);
    this.#kernel.assign(panels, Math.ceil(rows / panelRows), features, centroids, halfNorms, paired, labels);
  }

  #measure(rows: number): void {
    const { features, panels, centroids, labels, distances } = this.#layout;
    const panelCount = Math.ceil(rows / panelRows);
    this.#kernel.squaredDistances(panels, panelCount, features, centroids, labels, distances);
  }

  #potentialOf(chunk: number, keep: 0 | 1): number {
    const { features, panels, point, distances } = this.#layout;
    const first = chunk * this.#chunkRows;
    const rows = Math.min(this.#chunkRows, this.#rows - first);
    const panelCount = Math.ceil(rows / panelRows);
    const at = panels + first * features * 4;
    return this.#kernel.potential(at, panelCount, features, point, distances + first * 4, keep);
  }

  /** Infinity for each row, and 0 for those that only fill the last panel: they weigh nothing. */
  #resetNearest(): void {
    const padded = Math.ceil(this.#rows / panelRows) * panelRows;
    this.#floats(this.#layout.distances, padded).fill(Number.POSITIVE_INFINITY).fill(0, this.#rows);
  }

  #point(row: number): Float32Array {
    const { features, panels } = this.#layout;
    const panel = Math.floor(row / panelRows);
    const values = this.#floats(panels + panel * features * panelRows * 4, features * panelRows);
    return Float32Array.from({ length: features }, (_, j) => values[j * panelRows + (row % panelRows)] ?? 0);
  }

  #labels(rows: number): Int32Array {
    return new Int32Array(this.#kernel.buffer, this.#layout.labels, rows);
  }

  #floats(offset: number, length: number): Float32Array {
    return new Float32Array(this.#kernel.buffer, offset, length);
  }
}
