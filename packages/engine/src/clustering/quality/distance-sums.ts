import { checkScaledRange } from '../../devices/scaled-range.ts';
import { type Kernel, panelRows } from '../../kernels/kernel.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { type Scaling, scaleRows } from '../../scaling.ts';

/** Rows held in panels at a time: with 16 features 128 KiB, which stays in a core's cache. */
const blockRows = 2048;

/** Points of which the kernel measures the distances between two turns of the event loop, at most. */
const pointsATurn = 8;

/**
 * Sums of distances from a few rows to many, in scaled space. Only a block of the many is in the kernel's memory at
 * a time, so that what it takes does not grow with them.
 */
export class DistanceSums {
  readonly #kernel: Kernel;
  readonly #matrix: FeatureMatrix;
  readonly #scaling: Scaling;
  readonly #pointCount: number;
  /** Bytes from one point to the next. */
  readonly #pointBytes: number;
  readonly #panels: number;
  readonly #nearest: number;

  /** @param points the rows to measure from */
  constructor(kernel: Kernel, matrix: FeatureMatrix, scaling: Scaling, points: Int32Array) {
    this.#kernel = kernel;
    this.#matrix = matrix;
    this.#scaling = scaling;
    this.#pointCount = points.length;
    this.#pointBytes = aligned(matrix.columnCount * 4);
    this.#panels = points.length * this.#pointBytes;
    this.#nearest = this.#panels + blockRows * matrix.columnCount * 4;
    kernel.reserve(this.#nearest + blockRows * 4);
    const all = new Float32Array(kernel.buffer, 0, this.#panels / 4);
    matrix.columns().forEach((column, j) => {
      scaleRows(scaling, j, column, points).forEach((value, i) => {
        all[(i * this.#pointBytes) / 4 + j] = inRange(value);
      });
    });
  }

  /** For each point the sum of its distances to `rows`. */
  async to(rows: Int32Array, breathe: () => Promise<void>): Promise<Float64Array> {
    const sums = new Float64Array(this.#pointCount);
    const features = this.#matrix.columnCount;
    for (let start = 0; start < rows.length; start += blockRows) {
      const block = rows.subarray(start, start + blockRows);
      this.#pack(block);
      const panelCount = Math.ceil(block.length / panelRows);
      const squares = new Float32Array(this.#kernel.buffer, this.#nearest, panelCount * panelRows);
      for (let i = 0; i < sums.length; i++) {
        // What is "nearest so far" is infinitely far, so that what is kept is the squared distance itself.
        squares.fill(Number.POSITIVE_INFINITY);
        this.#kernel.potential(this.#panels, panelCount, features, i * this.#pointBytes, this.#nearest, 1);
        let sum = 0;
        for (let r = 0; r < block.length; r++) sum += Math.sqrt(squares[r] ?? 0);
        sums[i] = (sums[i] ?? 0) + sum;
        if (i % pointsATurn === 0) await breathe();
      }
    }
    return sums;
  }

  #pack(rows: Int32Array): void {
    const features = this.#matrix.columnCount;
    const panels = new Float32Array(this.#kernel.buffer, this.#panels, blockRows * features);
    this.#matrix.columns().forEach((column, j) => {
      const values = scaleRows(this.#scaling, j, column, rows);
      for (let r = 0; r < values.length; r++) {
        const panel = Math.floor(r / panelRows);
        panels[(panel * features + j) * panelRows + (r % panelRows)] = inRange(values[r] ?? 0);
      }
    });
  }
}

function inRange(value: number): number {
  checkScaledRange(value);
  return value;
}

/** Every pointer into a kernel's memory is a multiple of 16. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
