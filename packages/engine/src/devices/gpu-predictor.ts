import { createBreather } from '../breathe.ts';
import type { LaneCalls } from './calls.ts';
import type { GpuContext } from './gpu-context.ts';
import { GpuKernels } from './gpu-kernels.ts';
import { mostSliceRows, type RowSlice, sliceRows } from './gpu-rows.ts';
import { GpuSlice } from './gpu-slice.ts';

interface Opened {
  readonly kernels: GpuKernels;
  readonly slice: GpuSlice;
}

/** Labels rows on a graphics device without keeping them there. */
export class GpuPredictor {
  readonly #context: GpuContext;
  /** The buffers of the last call, for the next. */
  #opened: Opened | undefined;

  constructor(context: GpuContext) {
    this.#context = context;
  }

  async predict(input: LaneCalls['predict']['input']): Promise<LaneCalls['predict']['output']> {
    const { columns, scaling, clusters, centroids, distances: wanted } = input;
    const rowCount = columns[0]?.length ?? 0;
    const labels = new Int32Array(rowCount);
    const distances = new Float32Array(wanted ? rowCount : 0);
    const breathe = createBreather();
    const mostRows = mostSliceRows(this.#context.limits, columns.length);
    for (const rows of sliceRows(rowCount, Math.max(8, rowCount), mostRows)) {
      const { kernels, slice } = await this.#open(columns.length, clusters, rows);
      kernels.setScaling(scaling);
      kernels.setCentroids(centroids);
      await slice.upload(columns, scaling, breathe);
      this.#context.run([await slice.pack()]);
      this.#context.run([await slice.assign()]);
      const parts = [slice.labels()];
      if (wanted) {
        this.#context.run([await slice.measure('root')]);
        parts.push(slice.distances());
      }
      const answer = await this.#context.read(parts);
      labels.set(new Int32Array(answer, 0, rows.rowCount), rows.firstRow);
      if (wanted) distances.set(new Float32Array(answer, rows.rowCount * 4), rows.firstRow);
    }
    return { labels, distances };
  }

  release(): void {
    this.#opened?.slice.release();
    this.#opened?.kernels.release();
    this.#opened = undefined;
  }

  async #open(features: number, clusters: number, rows: RowSlice): Promise<Opened> {
    const last = this.#opened;
    if (last?.kernels.features === features && last.kernels.clusters === clusters && last.slice.holds(rows)) {
      last.slice.become(rows);
      return last;
    }
    this.release();
    const kernels = await GpuKernels.open(this.#context, features, clusters);
    try {
      this.#opened = { kernels, slice: await GpuSlice.open(kernels, rows) };
      return this.#opened;
    } catch (error) {
      kernels.release();
      throw error;
    }
  }
}
