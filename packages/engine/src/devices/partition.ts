import { type Kernel, panelRows } from '../kernels/kernel.ts';
import { type Scaling, signedLog1p } from '../scaling.ts';
import type { LaneCalls, LaneHandlers } from './calls.ts';
import { pairedClusters, writeCentroids } from './centroids.ts';
import { Drift } from './drift.ts';
import { type Layout, layOut, mostCandidates, tileColumnBytes, tileRows } from './layout.ts';
import { predictInPlace } from './predict-in-place.ts';
import { checkScaledRange } from './scaled-range.ts';
import type { KernelFactory } from './select.ts';

/** Byte offsets of one chunk's rows and sums. */
interface ChunkPlaces {
  readonly panels: number;
  readonly labels: number;
  readonly deadlines: number;
  readonly sums: number;
  readonly counts: number;
}

/** Times the squared norms of a row and of a centroid: what float32 may be off in their squared distance. */
const roundingOf = (features: number): number => (features + 4) * 2 ** -23;

/** One thread's share of the rows, in one kernel's memory, and what can be asked about them. */
export class Partition implements LaneHandlers {
  readonly #factory: KernelFactory;
  readonly #kernel: Kernel;
  readonly #over = new WeakMap<WebAssembly.Memory, Kernel>();
  #layout: Layout = layOut(0, 1, 1, 0);
  #rows = 0;
  #chunkRows = panelRows;
  /** How the centroids have moved since every row got a label and a deadline; undefined where they have none. */
  #drift: Drift | undefined;

  constructor(factory: KernelFactory) {
    this.#factory = factory;
    this.#kernel = factory.create();
  }

  load(input: LaneCalls['load']['input']): LaneCalls['load']['output'] {
    const rows = input.columns[0]?.length ?? 0;
    const chunks = Math.ceil(rows / input.chunkRows);
    this.#layOut(layOut(rows, input.columns.length, input.clusters, chunks), input.scaling);
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
    if (input.reset) this.#resetNearest();
    const candidates = input.centers.length / this.#layout.features;
    const potentials = new Float64Array(this.#chunkCount * candidates);
    // The chunk outside: it is in the cache for every candidate but the first.
    for (let chunk = 0; chunk < this.#chunkCount; chunk++) {
      const found = potentials.subarray(chunk * candidates, (chunk + 1) * candidates);
      if (input.keep) this.#keepCenters(chunk, input.centers, found);
      else this.#tryCenters(chunk, input.centers, found);
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
    const { features, clusters, sums, counts } = this.#layout;
    this.#label(input.centroids);
    const chunks = this.#chunkCount;
    return {
      sums: new Float64Array(this.#kernel.buffer, sums, chunks * clusters * features).slice(),
      counts: new Int32Array(this.#kernel.buffer, counts, chunks * clusters).slice(),
    };
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
    this.#label(input.centroids);
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
    if (!input.distances && input.inPlace) {
      const kernel = this.#kernelOver(input.inPlace.memory);
      const found = kernel && predictInPlace(kernel, input, input.inPlace.room);
      if (found) return { labels: found, distances: new Float32Array(0) };
    }
    const { features } = this.#layOut(
      layOut(tileRows, input.columns.length, input.clusters, 0),
      input.scaling,
    );
    writeCentroids(this.#kernel, this.#layout, input.centroids, features);
    const labels = new Int32Array(rows);
    const distances = new Float32Array(input.distances ? rows : 0);
    for (let start = 0; start < rows; start += tileRows) {
      const end = Math.min(start + tileRows, rows);
      if (input.distances) {
        this.#packTile(input.columns, input.scaling, start, end, 0);
        this.#assign(end - start);
        this.#measure(end - start);
        const squared = this.#floats(this.#layout.distances, end - start);
        for (let i = 0; i < squared.length; i++) distances[start + i] = Math.sqrt(squared[i] ?? 0);
      } else {
        this.#fillTile(input.columns, input.scaling, start, end);
        this.#assignTile(end - start, input.missing);
      }
      labels.set(this.#labels(end - start), start);
    }
    return { labels, distances };
  }

  get #chunkCount(): number {
    return Math.ceil(this.#rows / this.#chunkRows);
  }

  #kernelOver(memory: WebAssembly.Memory): Kernel | undefined {
    const known = this.#over.get(memory);
    if (known) return known;
    const made = this.#factory.over?.(memory);
    if (made) this.#over.set(memory, made);
    return made;
  }

  #layOut(layout: Layout, scaling: Scaling): Layout {
    this.#kernel.reserve(layout.bytes);
    this.#layout = layout;
    this.#drift = undefined;
    this.#floats(layout.fills, layout.features).set(scaling.fill);
    this.#floats(layout.centers, layout.features).set(scaling.center);
    this.#floats(layout.factors, layout.features).set(scaling.factor);
    return layout;
  }

  /** Copies rows `start` to `end`, at most a tile, into the tile's columns, transformed. */
  #fillTile(columns: readonly Float32Array[], scaling: Scaling, start: number, end: number): void {
    const padded = Math.ceil((end - start) / panelRows) * panelRows;
    columns.forEach((column, j) => {
      const raw = this.#floats(this.#layout.tile + j * tileColumnBytes, padded);
      if (scaling.transform[j] === 'log1p') {
        for (let i = start; i < end; i++) raw[i - start] = signedLog1p(column[i] ?? Number.NaN);
      } else {
        raw.set(column.subarray(start, end));
      }
      // Rows that only fill the last panel are "missing": they get the median and cannot overflow.
      raw.fill(Number.NaN, end - start);
    });
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
    this.#fillTile(columns, scaling, start, end);
    const largest = this.#kernel.pack(
      tile,
      tileColumnBytes,
      Math.ceil((end - start) / panelRows),
      features,
      fills,
      centers,
      factors,
      panels + at * features * 4,
    );
    checkScaledRange(largest);
  }

  /**
   * Labels every row by the centroids, and keeps each chunk's sums and counts: all of them the first time, later what
   * the centroids' drift may have changed. A chunk's sums depend on nothing but its rows and the centroids so far.
   */
  #label(centroids: Float32Array): void {
    const { features, clusters, panels, labels, distances, sums, counts, thresholds } = this.#layout;
    const largestNorm = writeCentroids(this.#kernel, this.#layout, centroids, features);
    const first = !this.#drift;
    this.#drift ??= new Drift(clusters, features);
    this.#floats(thresholds, clusters).set(this.#drift.follow(centroids));
    for (let chunk = 0; chunk < this.#chunkCount; chunk++) {
      const row = chunk * this.#chunkRows;
      const rows = Math.min(this.#chunkRows, this.#rows - row);
      const at = {
        panels: panels + row * features * 4,
        labels: labels + row * 4,
        deadlines: distances + row * 4,
        sums: sums + chunk * clusters * features * 8,
        counts: counts + chunk * clusters * 4,
      };
      if (first) this.#labelAll(rows, largestNorm, at);
      else this.#labelDue(rows, largestNorm, at);
    }
  }

  #labelAll(rows: number, largestNorm: number, at: ChunkPlaces): void {
    const { features, clusters, centroids, halfNorms, thresholds } = this.#layout;
    this.#kernel.assignBounded(
      at.panels,
      Math.ceil(rows / panelRows),
      features,
      centroids,
      halfNorms,
      pairedClusters(clusters),
      at.labels,
      thresholds,
      roundingOf(features),
      largestNorm,
      at.deadlines,
    );
    new Float64Array(this.#kernel.buffer, at.sums, clusters * features).fill(0);
    new Int32Array(this.#kernel.buffer, at.counts, clusters).fill(0);
    this.#kernel.accumulate(at.panels, rows, features, at.labels, at.sums, at.counts);
  }

  #labelDue(rows: number, largestNorm: number, at: ChunkPlaces): void {
    const { features, clusters, centroids, halfNorms, thresholds, scratch } = this.#layout;
    this.#kernel.reassign(
      at.panels,
      rows,
      features,
      centroids,
      halfNorms,
      pairedClusters(clusters),
      at.labels,
      thresholds,
      roundingOf(features),
      largestNorm,
      at.deadlines,
      at.sums,
      at.counts,
      scratch,
    );
  }

  #assign(rows: number): void {
    const { features, clusters, panels, centroids, halfNorms, labels } = this.#layout;
    this.#kernel.assign(
      panels,
      Math.ceil(rows / panelRows),
      features,
      centroids,
      halfNorms,
      pairedClusters(clusters),
      labels,
    );
  }

  #assignTile(rows: number, missing: boolean): void {
    const { features, clusters, tile, fills, centers, factors, centroids, halfNorms, labels, scratch } =
      this.#layout;
    this.#kernel.assignColumns(
      tile,
      tileColumnBytes,
      Math.ceil(rows / panelRows),
      features,
      // Rows that only fill the last panel are missing.
      missing || rows % panelRows > 0 ? 1 : 0,
      fills,
      centers,
      factors,
      centroids,
      halfNorms,
      pairedClusters(clusters),
      labels,
      scratch,
    );
  }

  #measure(rows: number): void {
    const { features, panels, centroids, labels, distances } = this.#layout;
    const panelCount = Math.ceil(rows / panelRows);
    // Where the deadlines were.
    this.#drift = undefined;
    this.#kernel.squaredDistances(panels, panelCount, features, centroids, labels, distances);
  }

  #keepCenters(chunk: number, centers: Float32Array, potentials: Float64Array): void {
    const { features, point } = this.#layout;
    for (let i = 0; i < potentials.length; i++) {
      this.#floats(point, features).set(centers.subarray(i * features, (i + 1) * features));
      potentials[i] = this.#potentialOf(chunk, 1);
    }
  }

  #tryCenters(chunk: number, centers: Float32Array, potentials: Float64Array): void {
    const { features, panels, point, distances, totals } = this.#layout;
    const first = chunk * this.#chunkRows;
    const rows = Math.min(this.#chunkRows, this.#rows - first);
    for (let start = 0; start < potentials.length; start += mostCandidates) {
      const count = Math.min(mostCandidates, potentials.length - start);
      const part = centers.subarray(start * features, (start + count) * features);
      // An odd one is tried twice: kernels take them by pairs.
      this.#floats(point + count * features * 4, features).set(part.subarray(0, features));
      this.#floats(point, count * features).set(part);
      this.#kernel.potentials(
        panels + first * features * 4,
        Math.ceil(rows / panelRows),
        features,
        point,
        count + (count % 2),
        distances + first * 4,
        totals,
      );
      const found = new Float64Array(this.#kernel.buffer, totals, count * 2);
      for (let i = 0; i < count; i++) potentials[start + i] = (found[2 * i] ?? 0) + (found[2 * i + 1] ?? 0);
    }
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
    this.#drift = undefined;
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
