import { EngineError } from '../errors.ts';
import { type Kernel, panelRows } from './kernel.ts';

/** The same functions as assembly/kernels.ts, where WebAssembly cannot be had. Sums are kept in float64. */
export class JavaScriptKernel implements Kernel {
  readonly device = 'js';
  buffer = new ArrayBuffer(0);
  #floats = new Float32Array(0);
  #doubles = new Float64Array(0);
  #ints = new Int32Array(0);

  reserve(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    try {
      this.buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    } catch (cause) {
      throw new EngineError('engine_out_of_memory', `${bytes} bytes of memory could not be had.`, { cause });
    }
    this.#floats = new Float32Array(this.buffer);
    this.#doubles = new Float64Array(this.buffer);
    this.#ints = new Int32Array(this.buffer);
  }

  pack(
    columns: number,
    columnBytes: number,
    panelCount: number,
    features: number,
    fills: number,
    centers: number,
    factors: number,
    panels: number,
  ): number {
    const floats = this.#floats;
    let largest = 0;
    for (let j = 0; j < features; j++) {
      const fill = floats[fills / 4 + j] ?? 0;
      const center = floats[centers / 4 + j] ?? 0;
      const factor = floats[factors / 4 + j] ?? 0;
      let from = (columns + j * columnBytes) / 4;
      let to = panels / 4 + j * panelRows;
      for (let p = 0; p < panelCount; p++) {
        for (let r = 0; r < panelRows; r++) {
          let value = floats[from + r] ?? 0;
          if (Number.isNaN(value)) value = fill;
          const scaled = Math.fround(value - center) * factor;
          floats[to + r] = scaled;
          if (scaled > largest) largest = scaled;
          else if (-scaled > largest) largest = -scaled;
        }
        from += panelRows;
        to += features * panelRows;
      }
    }
    return largest;
  }

  assign(
    panels: number,
    panelCount: number,
    features: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
  ): void {
    const floats = this.#floats;
    const ints = this.#ints;
    // Four rows, half a panel, at a time: they share each load of a centroid's value.
    for (let row = 0; row < panelCount * panelRows; row += 4) {
      const start = panels / 4 + (row >> 3) * features * panelRows + (row & 7);
      const end = start + features * panelRows;
      let best0 = Number.NEGATIVE_INFINITY;
      let best1 = best0;
      let best2 = best0;
      let best3 = best0;
      let label0 = 0;
      let label1 = 0;
      let label2 = 0;
      let label3 = 0;
      let c = centroids / 4;
      for (let k = 0; k < clusters; k++) {
        let score0 = -(floats[halfNorms / 4 + k] ?? 0);
        let score1 = score0;
        let score2 = score0;
        let score3 = score0;
        for (let x = start; x < end; x += panelRows) {
          const value = floats[c++] ?? 0;
          score0 += (floats[x] ?? 0) * value;
          score1 += (floats[x + 1] ?? 0) * value;
          score2 += (floats[x + 2] ?? 0) * value;
          score3 += (floats[x + 3] ?? 0) * value;
        }
        if (score0 > best0) {
          best0 = score0;
          label0 = k;
        }
        if (score1 > best1) {
          best1 = score1;
          label1 = k;
        }
        if (score2 > best2) {
          best2 = score2;
          label2 = k;
        }
        if (score3 > best3) {
          best3 = score3;
          label3 = k;
        }
      }
      const at = labels / 4 + row;
      ints[at] = label0;
      ints[at + 1] = label1;
      ints[at + 2] = label2;
      ints[at + 3] = label3;
    }
  }

  assignColumns(
    columns: number,
    columnBytes: number,
    panelCount: number,
    features: number,
    _missing: 0 | 1,
    fills: number,
    centers: number,
    factors: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
    scratch: number,
  ): void {
    const bytes = panelRows * 4;
    for (let p = 0; p < panelCount; p++) {
      this.pack(columns + p * bytes, columnBytes, 1, features, fills, centers, factors, scratch);
      this.assign(scratch, 1, features, centroids, halfNorms, clusters, labels + p * bytes);
    }
  }

  assignBounded(
    panels: number,
    panelCount: number,
    features: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
    thresholds: number,
    rounding: number,
    largestNorm: number,
    deadlines: number,
  ): void {
    for (let row = 0; row < panelCount * panelRows; row++) {
      const found = this.#nearestTwo(panels, row, features, centroids, halfNorms, clusters);
      const error = (found.norm + largestNorm) * rounding;
      const near = Math.sqrt(Math.max(0, found.norm - 2 * found.best + error));
      const far = Math.sqrt(Math.max(0, found.norm - 2 * found.second - error));
      const threshold = this.#floats[thresholds / 4 + found.label] ?? 0;
      this.#ints[labels / 4 + row] = found.label;
      this.#floats[deadlines / 4 + row] = far - near + threshold - (2 * near + threshold) * 2 ** -22;
    }
  }

  reassign(
    panels: number,
    rows: number,
    features: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
    labels: number,
    thresholds: number,
    rounding: number,
    largestNorm: number,
    deadlines: number,
    sums: number,
    counts: number,
    _scratch: number,
  ): number {
    const floats = this.#floats;
    const doubles = this.#doubles;
    const ints = this.#ints;
    let looked = 0;
    for (let first = 0; first < rows; first += panelRows) {
      const end = Math.min(first + panelRows, rows);
      const before = ints.slice(labels / 4 + first, labels / 4 + end);
      const kept = before.every(
        (label, i) => (floats[deadlines / 4 + first + i] ?? 0) > (floats[thresholds / 4 + label] ?? 0),
      );
      if (kept) continue;
      looked += end - first;
      const panel = panels + first * features * 4;
      const at = labels + first * 4;
      this.assignBounded(
        panel,
        1,
        features,
        centroids,
        halfNorms,
        clusters,
        at,
        thresholds,
        rounding,
        largestNorm,
        deadlines + first * 4,
      );
      before.forEach((from, i) => {
        const to = ints[at / 4 + i] ?? 0;
        if (from === to) return;
        for (let j = 0; j < features; j++) {
          const value = floats[panel / 4 + j * panelRows + i] ?? 0;
          const less = sums / 8 + from * features + j;
          const more = sums / 8 + to * features + j;
          doubles[less] = (doubles[less] ?? 0) - value;
          doubles[more] = (doubles[more] ?? 0) + value;
        }
        ints[counts / 4 + from] = (ints[counts / 4 + from] ?? 0) - 1;
        ints[counts / 4 + to] = (ints[counts / 4 + to] ?? 0) + 1;
      });
    }
    return looked;
  }

  squaredDistances(
    panels: number,
    panelCount: number,
    features: number,
    centroids: number,
    labels: number,
    output: number,
  ): void {
    const floats = this.#floats;
    for (let row = 0; row < panelCount * panelRows; row++) {
      const c = centroids / 4 + (this.#ints[labels / 4 + row] ?? 0) * features;
      floats[output / 4 + row] = this.#squared(panels, row, features, c);
    }
  }

  accumulate(
    panels: number,
    rows: number,
    features: number,
    labels: number,
    sums: number,
    counts: number,
  ): void {
    const floats = this.#floats;
    const doubles = this.#doubles;
    const ints = this.#ints;
    for (let row = 0; row < rows; row++) {
      const label = ints[labels / 4 + row] ?? 0;
      const sum = sums / 8 + label * features;
      let x = panels / 4 + (row >> 3) * features * panelRows + (row & 7);
      for (let j = 0; j < features; j++) {
        doubles[sum + j] = (doubles[sum + j] ?? 0) + (floats[x] ?? 0);
        x += panelRows;
      }
      ints[counts / 4 + label] = (ints[counts / 4 + label] ?? 0) + 1;
    }
  }

  potential(
    panels: number,
    panelCount: number,
    features: number,
    center: number,
    nearest: number,
    keep: 0 | 1,
  ): number {
    const floats = this.#floats;
    let total = 0;
    for (let row = 0; row < panelCount * panelRows; row++) {
      const least = Math.min(
        this.#squared(panels, row, features, center / 4),
        floats[nearest / 4 + row] ?? 0,
      );
      if (keep) floats[nearest / 4 + row] = least;
      total += least;
    }
    return total;
  }

  potentials(
    panels: number,
    panelCount: number,
    features: number,
    centers: number,
    count: number,
    nearest: number,
    totals: number,
  ): void {
    for (let i = 0; i < count; i++) {
      const center = centers + i * features * 4;
      this.#doubles[totals / 8 + 2 * i] = this.potential(panels, panelCount, features, center, nearest, 0);
      this.#doubles[totals / 8 + 2 * i + 1] = 0;
    }
  }

  moments(values: number, count: number, shift: number, totals: number): void {
    let sum = 0;
    let squares = 0;
    for (let i = values / 4; i < values / 4 + count; i++) {
      const difference = (this.#floats[i] ?? 0) - shift;
      if (Number.isNaN(difference)) continue;
      sum += difference;
      squares += difference * difference;
    }
    this.#doubles[totals / 8] = (this.#doubles[totals / 8] ?? 0) + sum;
    this.#doubles[totals / 8 + 1] = (this.#doubles[totals / 8 + 1] ?? 0) + squares;
  }

  between(
    values: number,
    count: number,
    low: number,
    high: number,
    found: number,
    room: number,
    counters: number,
  ): void {
    let [taken = 0, below = 0, known = 0] = this.#ints.subarray(counters / 4);
    for (let i = values / 4; i < values / 4 + count; i++) {
      const value = this.#floats[i] ?? 0;
      if (Number.isNaN(value)) continue;
      known++;
      if (value < low) below++;
      else if (value <= high) {
        if (taken < room) this.#floats[found / 4 + taken] = value;
        taken++;
      }
    }
    this.#ints.set([taken, below, known], counters / 4);
  }

  /** The two best scores of a row, the label of the first, and the row's squared norm. */
  #nearestTwo(
    panels: number,
    row: number,
    features: number,
    centroids: number,
    halfNorms: number,
    clusters: number,
  ): { label: number; best: number; second: number; norm: number } {
    const floats = this.#floats;
    const start = panels / 4 + (row >> 3) * features * panelRows + (row & 7);
    let label = 0;
    let best = Number.NEGATIVE_INFINITY;
    let second = Number.NEGATIVE_INFINITY;
    let norm = 0;
    let c = centroids / 4;
    for (let k = 0; k < clusters; k++) {
      let score = -(floats[halfNorms / 4 + k] ?? 0);
      for (let j = 0; j < features; j++) score += (floats[start + j * panelRows] ?? 0) * (floats[c++] ?? 0);
      if (score > best) {
        second = best;
        best = score;
        label = k;
      } else if (score > second) second = score;
    }
    for (let j = 0; j < features; j++) norm += (floats[start + j * panelRows] ?? 0) ** 2;
    return { label, best, second, norm };
  }

  #squared(panels: number, row: number, features: number, point: number): number {
    const floats = this.#floats;
    let x = panels / 4 + (row >> 3) * features * panelRows + (row & 7);
    let sum = 0;
    for (let j = 0; j < features; j++) {
      const difference = (floats[x] ?? 0) - (floats[point + j] ?? 0);
      sum += difference * difference;
      x += panelRows;
    }
    return sum;
  }
}
