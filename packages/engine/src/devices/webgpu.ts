import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import { mostCandidates } from '../kernels/wgsl/potential.ts';
import { type Scaling, scaleValue } from '../scaling.ts';
import type { Lane, LaneCalls, LaneMethod } from './calls.ts';
import type { GpuContext } from './gpu-context.ts';
import { GpuKernels } from './gpu-kernels.ts';
import { GpuPredictor } from './gpu-predictor.ts';
import { mostSliceRows, sliceRows } from './gpu-rows.ts';
import { GpuSlice, type Units } from './gpu-slice.ts';
import { checkScaledRange } from './scaled-range.ts';

type Input<M extends LaneMethod> = LaneCalls[M]['input'];
type Output<M extends LaneMethod> = Promise<LaneCalls[M]['output']>;

type AsyncHandlers = { readonly [M in LaneMethod]: (input: Input<M>) => Output<M> };

/** Rows on the device, and what has been found out about them. */
interface Loaded {
  readonly kernels: GpuKernels;
  readonly columns: readonly Float32Array[];
  readonly scaling: Scaling;
  readonly rowCount: number;
  readonly chunkRows: number;
  readonly slices: readonly GpuSlice[];
  readonly blocks: readonly Block[];
  readonly units: Units;
  /** The exponent of the largest absolute value. */
  readonly exponent: number;
  /** Of each block, the sum of squared distances to the kept centers. */
  readonly potentials: Float32Array;
}

interface Block {
  readonly slice: GpuSlice;
  /** Rows, counted in the slice. */
  readonly start: number;
  readonly end: number;
  readonly chunk: number;
}

/**
 * A graphics device as a lane that holds all rows. Columns stay columns, so that the threads of a workgroup read
 * neighbouring floats; only sums, counts, labels and distances come back. The columns handed to \`load\` must stay as
 * they are: single rows are read from them.
 *
 * Cluster sums are exact to 2^-40 of the largest value (less for more than four million rows), and for all chunks together.
 */
export class WebGpuLane implements Lane {
  readonly #context: GpuContext;
  readonly #handlers: AsyncHandlers;
  #loaded: Loaded | undefined;
  readonly #predictor: GpuPredictor;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: GpuContext) {
    this.#context = context;
    this.#predictor = new GpuPredictor(context);
    this.#handlers = {
      load: (input) => this.#load(input),
      potential: (input) => this.#potential(input),
      pick: (input) => this.#pick(input),
      point: async ({ row }) => ({ point: pointOf(this.#rows, row) }),
      step: (input) => this.#step(input),
      farthest: (input) => this.#farthest(input),
      finish: (input) => this.#finish(input),
      predict: (input) => this.#predictor.predict(input),
    };
  }

  /** One call after the other, as they share buffers. */
  call<M extends LaneMethod>(method: M, input: Input<M>): Output<M> {
    const answer = this.#last.then(() => {
      this.#context.check();
      return ask(this.#handlers, method, input);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  release(): void {
    if (this.#loaded) {
      for (const slice of this.#loaded.slices) slice.release();
      this.#loaded.kernels.release();
      this.#loaded = undefined;
    }
    this.#predictor.release();
  }

  get #rows(): Loaded {
    if (!this.#loaded) throw new EngineError('engine_device_failed', 'No rows are loaded.');
    return this.#loaded;
  }

  async #load({ columns, scaling, clusters, chunkRows }: Input<'load'>): Output<'load'> {
    this.release();
    const rowCount = columns[0]?.length ?? 0;
    const mostRows = mostSliceRows(this.#context.limits, columns.length);
    const kernels = await GpuKernels.open(this.#context, columns.length, clusters);
    const slices: GpuSlice[] = [];
    try {
      kernels.setScaling(scaling);
      const breathe = createBreather();
      for (const rows of sliceRows(rowCount, chunkRows, mostRows)) {
        const slice = await GpuSlice.open(kernels, rows);
        slices.push(slice);
        await slice.upload(columns, scaling, breathe);
        this.#context.run([await slice.pack()]);
      }
      const blocks = slices.flatMap((slice) => blocksOf(slice, chunkRows));
      const parts = await this.#floats(slices, (slice) => slice.squaresAndLargest);
      const squares = new Float64Array(Math.ceil(rowCount / chunkRows));
      let largest = 0;
      blocks.forEach(({ chunk }, b) => {
        squares[chunk] = (squares[chunk] ?? 0) + (parts[b * 2] ?? 0);
        largest = Math.max(largest, parts[b * 2 + 1] ?? 0);
      });
      checkScaledRange(largest);
      const exponent = exponentOf(largest);
      const units = unitsFor(rowCount, exponent);
      const potentials = new Float32Array(blocks.length).fill(Number.POSITIVE_INFINITY);
      this.#loaded = {
        kernels,
        columns,
        scaling,
        rowCount,
        chunkRows,
        slices,
        blocks,
        units,
        exponent,
        potentials,
      };
      return { squares };
    } catch (error) {
      for (const slice of slices) slice.release();
      kernels.release();
      throw error;
    }
  }

  async #potential({ centers, keep, reset }: Input<'potential'>): Output<'potential'> {
    const { kernels, slices, blocks, rowCount, chunkRows, potentials: kept } = this.#rows;
    const { features } = kernels;
    const candidates = centers.length / features;
    const potentials = new Float64Array(Math.ceil(rowCount / chunkRows) * candidates);
    for (let first = 0; first < candidates; first += mostCandidates) {
      const count = Math.min(mostCandidates, candidates - first);
      kernels.setCandidates(centers.subarray(first * features, (first + count) * features));
      for (const slice of slices) {
        this.#context.run([await slice.potential(count, keep, reset && first === 0)]);
      }
      const parts = await this.#floats(slices, (slice) => slice.potentials(count));
      blocks.forEach(({ chunk }, b) => {
        for (let c = 0; c < count; c++) {
          const at = chunk * candidates + first + c;
          potentials[at] = (potentials[at] ?? 0) + (parts[b * count + c] ?? 0);
        }
        if (keep) kept[b] = parts[b * count + count - 1] ?? 0;
      });
    }
    return { potentials };
  }

  async #pick({ chunk, target }: Input<'pick'>): Output<'pick'> {
    const loaded = this.#rows;
    const { blocks, potentials, chunkRows } = loaded;
    const first = blocks.findIndex((block) => block.chunk === chunk);
    const end = blocks.findLastIndex((block) => block.chunk === chunk) + 1;
    const inChunk = passing(potentials.subarray(first, end), target);
    const block = blocks[first + inChunk.index];
    if (!block) return { point: pointOf(loaded, chunk * chunkRows) };
    const weights = new Float32Array(
      await this.#context.read([block.slice.distances(block.start, block.end)]),
    );
    const { index } = passing(weights, target - inChunk.before);
    return { point: pointOf(loaded, block.slice.slice.firstRow + block.start + index) };
  }

  async #step({ centroids }: Input<'step'>): Output<'step'> {
    const { kernels, slices, units, exponent } = this.#rows;
    kernels.setCentroids(centroids);
    for (const slice of slices) this.#context.run([await slice.step(units)]);
    const words = new Uint32Array(await this.#context.read([kernels.totals]));
    const cells = kernels.features * kernels.clusters;
    const unit = 2 ** (exponent - 2 * units.bits);
    const sums = Float64Array.from(
      { length: cells },
      (_, cell) => (((words[cell * 2 + 1] ?? 0) | 0) * 2 ** 32 + (words[cell * 2] ?? 0)) * unit,
    );
    return { sums, counts: new Int32Array(words.buffer, cells * 8, kernels.clusters) };
  }

  async #farthest({ count }: Input<'farthest'>): Output<'farthest'> {
    const loaded = this.#rows;
    const { slices, blocks, kernels } = loaded;
    for (const slice of slices) this.#context.run([await slice.measure('squared')]);
    const parts = await this.#floats(slices, (slice) => slice.squaresAndLargest);
    const largest = (b: number): number => parts[b * 2 + 1] ?? 0;
    // As many rows cannot lie in more blocks; of equals the first, as with the rows.
    const chosen = [...blocks.keys()].sort((a, b) => largest(b) - largest(a) || a - b).slice(0, count);
    const read = chosen.flatMap((b) => blocks[b] ?? []);
    const distances = new Float32Array(
      await this.#context.read(read.map(({ slice, start, end }) => slice.distances(start, end))),
    );
    const labels = new Int32Array(
      await this.#context.read(read.map(({ slice, start, end }) => slice.labels(start, end))),
    );
    const rows = read.flatMap(({ slice, start, end }) =>
      Array.from({ length: end - start }, (_, i) => slice.slice.firstRow + start + i),
    );
    const taken = [...rows.keys()]
      .filter((i) => (distances[i] ?? 0) > 0)
      .sort((a, b) => (distances[b] ?? 0) - (distances[a] ?? 0) || (rows[a] ?? 0) - (rows[b] ?? 0))
      .slice(0, count);
    const points = new Float32Array(taken.length * kernels.features);
    taken.forEach((i, n) => {
      points.set(pointOf(loaded, rows[i] ?? 0), n * kernels.features);
    });
    return {
      distances: Float32Array.from(taken, (i) => distances[i] ?? 0),
      labels: Int32Array.from(taken, (i) => labels[i] ?? 0),
      points,
    };
  }

  async #finish({ centroids }: Input<'finish'>): Output<'finish'> {
    const { kernels, slices, blocks, units, rowCount, chunkRows } = this.#rows;
    kernels.setCentroids(centroids);
    // A step, not only labels: the totals belong to them.
    for (const slice of slices) {
      this.#context.run([await slice.step(units)]);
      this.#context.run([await slice.measure('root')]);
    }
    const parts = await this.#floats(slices, (slice) => slice.squaresAndLargest);
    const inertias = new Float64Array(Math.ceil(rowCount / chunkRows));
    blocks.forEach(({ chunk }, b) => {
      inertias[chunk] = (inertias[chunk] ?? 0) + (parts[b * 2] ?? 0);
    });
    const labels = new Int32Array(await this.#context.read(slices.map((slice) => slice.labels())));
    return { labels, distances: await this.#floats(slices, (slice) => slice.distances()), inertias };
  }

  async #floats(
    slices: readonly GpuSlice[],
    part: (slice: GpuSlice) => ReturnType<GpuSlice['labels']>,
  ): Promise<Float32Array> {
    return new Float32Array(await this.#context.read(slices.map(part)));
  }
}

function ask<M extends LaneMethod>(handlers: AsyncHandlers, method: M, input: Input<M>): Output<M> {
  return handlers[method](input);
}

function blocksOf(slice: GpuSlice, chunkRows: number): Block[] {
  const { blocks, firstRow } = slice.slice;
  return Array.from({ length: blocks.length / 2 }, (_, b) => {
    const start = blocks[b * 2] ?? 0;
    return { slice, start, end: blocks[b * 2 + 1] ?? 0, chunk: Math.floor((firstRow + start) / chunkRows) };
  });
}

/** A row in scaled space, from the columns it came from: rounded as the device rounds. */
function pointOf({ columns, scaling }: Loaded, row: number): Float32Array {
  return Float32Array.from(columns, (column, j) => scaleValue(scaling, j, column[row] ?? Number.NaN));
}

/** Where the running sum of the weights passes `target`, and the sum before it. */
function passing(weights: Float32Array, target: number): { index: number; before: number } {
  let index = 0;
  let before = 0;
  let passed = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight <= 0) continue;
    // Rounding can leave the target beyond the last sum; then the last that has any weight is meant.
    index = i;
    before = passed;
    passed += weight;
    if (passed > target) break;
  }
  return { index, before };
}

/** The least exponent of 2 that reaches `largest`; so small a one that factors stay finite counts as that. */
function exponentOf(largest: number): number {
  const exponent = Math.ceil(Math.log2(largest));
  if (!(exponent > -64)) return -64;
  return 2 ** exponent < largest ? exponent + 1 : exponent;
}

/** Bits of both parts: a block's sum of either fits 31 bits, the sum of all rows 63. */
function unitsFor(rowCount: number, exponent: number): Units {
  const bits = Math.min(20, Math.floor((62 - Math.ceil(Math.log2(rowCount + 1))) / 2));
  return { bits, high: 2 ** (bits - exponent) };
}
