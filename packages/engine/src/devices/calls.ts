import type { LaneRoom } from '../column-memory.ts';
import type { Scaling } from '../scaling.ts';

/**
 * What can be asked of one thread's share of the rows; all of it can be posted to a worker.
 * A lane's rows are cut into chunks of `chunkRows`; what is summed comes back a chunk at a time, and the chunks do not
 * depend on how many lanes there are, so that neither does any sum.
 */
export interface LaneCalls {
  /** Scales and keeps the rows. `squares`: the sum of squared norms, a chunk each. */
  load: {
    input: {
      readonly columns: readonly Float32Array[];
      readonly scaling: Scaling;
      readonly clusters: number;
      /** A multiple of 8. */
      readonly chunkRows: number;
    };
    output: { readonly squares: Float64Array };
  };
  /**
   * For each candidate center: the sum of squared distances if it were added to the centers kept so far
   * (chunks × candidates). `keep`: it is added. `reset`: there were none before.
   */
  potential: {
    input: { readonly centers: Float32Array; readonly keep: boolean; readonly reset: boolean };
    output: { readonly potentials: Float64Array };
  };
  /** The row of a chunk at which the running sum of squared distances to the kept centers passes `target`. */
  pick: {
    input: { readonly chunk: number; readonly target: number };
    output: { readonly point: Float32Array };
  };
  point: { input: { readonly row: number }; output: { readonly point: Float32Array } };
  /** Labels every row, and gives each cluster's sum (chunks × clusters × features) and count (chunks × clusters). */
  step: {
    input: { readonly centroids: Float32Array };
    output: { readonly sums: Float64Array; readonly counts: Int32Array };
  };
  /** The rows farthest from their centroid as of the last step, farthest first, none at distance 0. */
  farthest: {
    input: { readonly count: number };
    output: { readonly distances: Float32Array; readonly labels: Int32Array; readonly points: Float32Array };
  };
  /** Final labels and distances (not squared), and the sum of squared distances, a chunk each. */
  finish: {
    input: { readonly centroids: Float32Array };
    output: {
      readonly labels: Int32Array;
      readonly distances: Float32Array;
      readonly inertias: Float64Array;
    };
  };
  /**
   * Labels rows without keeping them. `distances` is empty unless asked for. `missing`: a column may hold NaN.
   * `inPlace`: the columns lie in this memory, evenly, and the lane may read them there and use the room in it.
   */
  predict: {
    input: {
      readonly columns: readonly Float32Array[];
      readonly missing: boolean;
      readonly inPlace?: { readonly memory: WebAssembly.Memory; readonly room: LaneRoom } | undefined;
      readonly scaling: Scaling;
      readonly clusters: number;
      readonly centroids: Float32Array;
      readonly distances: boolean;
    };
    output: { readonly labels: Int32Array; readonly distances: Float32Array };
  };
}

export type LaneMethod = keyof LaneCalls;

export type LaneHandlers = {
  readonly [M in LaneMethod]: (input: LaneCalls[M]['input']) => LaneCalls[M]['output'];
};

/** A thread that holds a share of the rows: this one, or a worker. */
export interface Lane {
  call<M extends LaneMethod>(
    method: M,
    input: LaneCalls[M]['input'],
    transfer?: ArrayBuffer[],
  ): Promise<LaneCalls[M]['output']>;
  /** Forgets the rows. */
  release(): void;
}
