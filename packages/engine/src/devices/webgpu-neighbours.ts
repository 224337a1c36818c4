import {
  listSize,
  mostNeighbours,
  neighboursShader,
  searchParamsBytes,
  searchThreads,
} from '../kernels/wgsl/neighbours.ts';
import type { ScaledRows } from '../neighbours/points.ts';
import { invalidOption, wholeOption } from '../options.ts';
import { type GpuContext, usage } from './gpu-context.ts';

/** How the work is cut; for tests. */
interface Portions {
  readonly batchQueries: number;
  readonly dispatchWork: number;
}

const portions: Portions = {
  // Under way together: enough threads for any card.
  batchQueries: 2 ** 16,
  // Multiply-adds: a fraction of a millisecond on a card, some ten on a phone. Beyond two seconds or so a system takes
  // the device away.
  dispatchWork: 2 ** 32,
};

/** No larger than what is at no distance from any point. */
const farAway = 3.4e38;

interface Loaded {
  readonly rows: ScaledRows;
  readonly buffers: Readonly<Record<'params' | 'points', GPUBuffer>>;
}

/**
 * The nearest points by looking at all of them, on a graphics device: a hundred thousand points have 1e10 distances,
 * which is little to it, and takes no index. Distances are float32.
 */
export class WebGpuNeighbours {
  readonly #context: GpuContext;
  readonly #portions: Portions;
  #loaded: Loaded | undefined;

  constructor(context: GpuContext, own: Portions = portions) {
    this.#context = context;
    this.#portions = own;
  }

  /**
   * Keeps the points and forgets what was there.
   * @throws EngineError `engine_device_out_of_memory` (as a rejection)
   */
  async load(rows: ScaledRows): Promise<void> {
    this.release();
    const buffers = await this.#context.allocate({
      params: { bytes: searchParamsBytes, usage: usage.uniform | usage.copyTarget },
      points: { bytes: rows.count * rows.stride * 4, usage: usage.storage | usage.copyTarget },
    });
    this.#loaded = { rows, buffers };
    const piece = 2 ** 20;
    const floats = rows.count * rows.stride;
    for (let at = 0; at < floats; at += piece) {
      this.#context.write(buffers.points, at * 4, rows.values.subarray(at, Math.min(at + piece, floats)));
      if (at > 0) await this.#context.idle();
    }
  }

  /**
   * The nearest other points of some rows, `neighbours` each, nearest first; of equally near ones the first. Squared
   * distances; Infinity and -1 where there are too few.
   * @param neighbours 1 to 128
   * @throws EngineError (as a rejection) `engine_option_invalid`, `engine_device_out_of_memory`, and what the device
   *   failed of
   */
  async nearest(
    firstRow: number,
    endRow: number,
    neighbours: number,
  ): Promise<{ distances: Float32Array; found: Int32Array }> {
    if (wholeOption('neighbours', neighbours, 1) > mostNeighbours) {
      throw invalidOption('neighbours', `must be at most ${mostNeighbours}`);
    }
    const { batchQueries } = this.#portions;
    const distances = new Float32Array((endRow - firstRow) * neighbours).fill(Number.POSITIVE_INFINITY);
    const found = new Int32Array((endRow - firstRow) * neighbours).fill(-1);
    if (!this.#loaded) return { distances, found };
    const listBytes = Math.min(batchQueries, endRow - firstRow) * neighbours * 4;
    const use = usage.storage | usage.copySource;
    const lists = await this.#context.allocate({
      distances: { bytes: listBytes, usage: use },
      found: { bytes: listBytes, usage: use },
    });
    try {
      for (let first = firstRow; first < endRow; first += batchQueries) {
        const end = Math.min(first + batchQueries, endRow);
        await this.#search(this.#loaded, first, end, neighbours, [lists.distances, lists.found]);
        const bytes = (end - first) * neighbours * 4;
        const answer = await this.#context.read([
          { buffer: lists.distances, bytes },
          { buffer: lists.found, bytes },
        ]);
        const at = (first - firstRow) * neighbours;
        distances.set(new Float32Array(answer, 0, bytes / 4), at);
        found.set(new Int32Array(answer, bytes), at);
      }
    } finally {
      this.#context.release([lists.distances, lists.found]);
    }
    for (let i = 0; i < distances.length; i++) {
      if ((distances[i] ?? 0) > farAway) distances[i] = Number.POSITIVE_INFINITY;
    }
    return { distances, found };
  }

  release(): void {
    if (this.#loaded) this.#context.release(Object.values(this.#loaded.buffers));
    this.#loaded = undefined;
  }

  /** All points for some queries, as many points a dispatch as its time allows. */
  async #search(
    { rows, buffers }: Loaded,
    firstQuery: number,
    endQuery: number,
    neighbours: number,
    lists: readonly GPUBuffer[],
  ): Promise<void> {
    const pipeline = await this.#context.pipeline(neighboursShader(rows.stride / 4, listSize(neighbours)));
    const bindings = this.#context.bind(pipeline, [buffers.params, buffers.points, ...lists]);
    const queries = endQuery - firstQuery;
    const points = Math.max(searchThreads, Math.floor(this.#portions.dispatchWork / (queries * rows.stride)));
    for (let first = 0; first < rows.count; first += points) {
      const end = Math.min(first + points, rows.count);
      const fresh = first === 0 ? 1 : 0;
      const params = Uint32Array.of(firstQuery, endQuery, first, end, neighbours, fresh);
      this.#context.write(buffers.params, 0, params);
      this.#context.run([{ pipeline, bindings, workgroups: Math.ceil(queries / searchThreads) }]);
    }
  }
}
