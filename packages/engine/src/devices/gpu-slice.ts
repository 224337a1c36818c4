import { paramsBytes } from '../kernels/wgsl/common.ts';
import { measureMode } from '../kernels/wgsl/measure.ts';
import { mostCandidates, potentialMode } from '../kernels/wgsl/potential.ts';
import { tiling } from '../kernels/wgsl/shape.ts';
import { type Scaling, signedLog1p } from '../scaling.ts';
import { type BufferPart, type GpuWork, usage } from './gpu-context.ts';
import type { GpuKernelName, GpuKernels } from './gpu-kernels.ts';
import { type RowSlice, strideOf } from './gpu-rows.ts';

/** Rows of a column that are handed over at once: some milliseconds with a logarithm, less without. */
const uploadRows = 2 ** 17;

/** Bytes on their way to the device, beyond which it is waited for. */
const mostInFlight = 64 * 2 ** 20;

/** How values become whole numbers; see `stepShader`. */
export interface Units {
  readonly bits: number;
  /** 2^(bits − exponent of the largest value). */
  readonly high: number;
}

interface SliceBuffers {
  readonly params: GPUBuffer;
  readonly blocks: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly labels: GPUBuffer;
  readonly distances: GPUBuffer;
  readonly partials: GPUBuffer;
}

/** The rows of one slice on the device, and what the kernels are told about them. */
export class GpuSlice {
  readonly #kernels: GpuKernels;
  readonly #buffers: SliceBuffers;
  #slice: RowSlice;

  private constructor(kernels: GpuKernels, buffers: SliceBuffers, slice: RowSlice) {
    this.#kernels = kernels;
    this.#buffers = buffers;
    this.#slice = slice;
  }

  /** @throws EngineError `engine_device_out_of_memory` (as a rejection) */
  static async open(kernels: GpuKernels, slice: RowSlice): Promise<GpuSlice> {
    const { stride, blocks } = slice;
    const rowBytes = stride * 4;
    const result = usage.storage | usage.copySource;
    const buffers = await kernels.context.allocate({
      params: { bytes: paramsBytes, usage: usage.uniform | usage.copyTarget },
      blocks: { bytes: blocks.byteLength, usage: usage.storage | usage.copyTarget },
      rows: { bytes: rowBytes * kernels.features, usage: usage.storage | usage.copyTarget },
      labels: { bytes: rowBytes, usage: result },
      distances: { bytes: rowBytes, usage: result },
      partials: { bytes: (blocks.length / 2) * mostCandidates * 4, usage: result },
    });
    const made = new GpuSlice(kernels, buffers, slice);
    made.become(slice);
    return made;
  }

  get slice(): RowSlice {
    return this.#slice;
  }

  /** Takes other rows, no more than it was opened for. */
  become(slice: RowSlice): void {
    this.#slice = slice;
    this.#kernels.context.write(this.#buffers.blocks, 0, slice.blocks);
  }

  /** Whether other rows have room. */
  holds({ rowCount, blocks }: RowSlice): boolean {
    return (
      strideOf(rowCount) * 4 <= this.#buffers.labels.size && blocks.byteLength <= this.#buffers.blocks.size
    );
  }

  /** Raw values, a column after the other; logarithms are taken on the way. */
  async upload(
    columns: readonly Float32Array[],
    scaling: Scaling,
    breathe: () => Promise<void>,
  ): Promise<void> {
    const { context } = this.#kernels;
    const { firstRow, rowCount, stride } = this.#slice;
    let inFlight = 0;
    for (const [j, column] of columns.entries()) {
      for (let at = 0; at < rowCount; at += uploadRows) {
        const end = Math.min(at + uploadRows, rowCount);
        const raw = column.subarray(firstRow + at, firstRow + end);
        const values = scaling.transform[j] === 'log1p' ? raw.map(signedLog1p) : raw;
        context.write(this.#buffers.rows, (j * stride + at) * 4, values);
        inFlight += values.byteLength;
        if (inFlight >= mostInFlight) {
          await context.idle();
          inFlight = 0;
        }
        await breathe();
      }
    }
  }

  /** Scales what was uploaded; then `squaresAndLargest` can be read. */
  pack(): Promise<GpuWork> {
    const { rows, labels, partials } = this.#buffers;
    return this.#prepare('pack', {}, [rows, this.#kernels.tables.scaling, labels, partials]);
  }

  assign(): Promise<GpuWork> {
    const { rows, labels } = this.#buffers;
    return this.#prepare('assign', {}, [rows, this.#kernels.tables.centroids, labels]);
  }

  step(units: Units): Promise<GpuWork> {
    const { rows, labels } = this.#buffers;
    const { centroids, totals } = this.#kernels.tables;
    return this.#prepare('step', units, [rows, centroids, labels, totals]);
  }

  /** Then `distances` can be read, and their `squaresAndLargest`. */
  measure(mode: keyof typeof measureMode): Promise<GpuWork> {
    const { rows, labels, distances, partials } = this.#buffers;
    const { centroids } = this.#kernels.tables;
    return this.#prepare('measure', { mode: measureMode[mode] }, [
      rows,
      centroids,
      labels,
      distances,
      partials,
    ]);
  }

  potential(candidates: number, keep: boolean, reset: boolean): Promise<GpuWork> {
    const { rows, distances, partials } = this.#buffers;
    const mode = (keep ? potentialMode.keep : 0) | (reset ? potentialMode.reset : 0);
    const centers = this.#kernels.tables.candidates;
    return this.#prepare('potential', { mode, candidates }, [rows, centers, distances, partials]);
  }

  /** Of each block, the sum of squares and the largest: after `pack` absolute values, after `measure` squares. */
  get squaresAndLargest(): BufferPart {
    return { buffer: this.#buffers.partials, bytes: this.#slice.blocks.length * 4 };
  }

  /** blocks × candidates. */
  potentials(candidates: number): BufferPart {
    return { buffer: this.#buffers.partials, bytes: (this.#slice.blocks.length / 2) * candidates * 4 };
  }

  /** @param rows counted in the slice; default all */
  labels(firstRow = 0, endRow: number = this.#slice.rowCount): BufferPart {
    return { buffer: this.#buffers.labels, offset: firstRow * 4, bytes: (endRow - firstRow) * 4 };
  }

  distances(firstRow = 0, endRow: number = this.#slice.rowCount): BufferPart {
    return { buffer: this.#buffers.distances, offset: firstRow * 4, bytes: (endRow - firstRow) * 4 };
  }

  release(): void {
    this.#kernels.context.release(Object.values(this.#buffers));
  }

  /** The parameters are those of the slice until the next call. */
  async #prepare(
    name: GpuKernelName,
    { mode = 0, candidates = 0, bits = 0, high = 0 }: Partial<Units> & { mode?: number; candidates?: number },
    buffers: readonly GPUBuffer[],
  ): Promise<GpuWork> {
    const { context } = this.#kernels;
    const pipeline = await this.#kernels.pipeline(name);
    const { params, blocks } = this.#buffers;
    const { features, clusters } = this.#kernels;
    const { tiles, quads } = tiling(clusters);
    const words = new Uint32Array(paramsBytes / 4);
    words.set([this.#slice.stride / 4, features, clusters, tiles, quads, mode, candidates, bits]);
    new Float32Array(words.buffer).set([high, 2 ** bits], 8);
    context.write(params, 0, words);
    const bindings = context.bind(pipeline, [params, blocks, ...buffers]);
    return { pipeline, bindings, workgroups: this.#slice.blocks.length / 2 };
  }
}
