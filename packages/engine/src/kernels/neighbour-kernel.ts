import type { KernelDevice } from './kernel.ts';

/**
 * What a search does with the points that are near a query. Weights are squared distances.
 * - `nearest`: keeps the `neighbours` nearest other points of each query.
 * - `foreign`: keeps for each component the shortest edge of mutual reachability that leaves it.
 * - `count`: counts points within the limit, up to `minPoints`.
 * - `link`: joins the trees of a query and of every point within the limit that has a component of 0 or more.
 * - `assign`: keeps the point of least reachability, max(distance, core), up to the limit, among those with a
 *   component of 0 or more; of equals the first one as they were given.
 */
export const searchModes = { nearest: 0, foreign: 1, count: 2, link: 3, assign: 4 } as const;
export type SearchMode = keyof typeof searchModes;

/**
 * Where everything lies in the kernel's memory, in bytes. Rows stand in the order of the leaves, `leafRows` a leaf,
 * the last one filled up. `stride` is a row's floats, features filled up to a multiple of 4 with zeros.
 */
export interface SearchLayout {
  readonly features: number;
  readonly stride: number;
  readonly leafRows: number;
  /** Rows without those that fill up the last leaf. */
  readonly rowCount: number;
  readonly leafCount: number;
  /** Neighbours that `nearest` keeps. */
  readonly neighbours: number;
  /** float32, row after row. */
  readonly rows: number;
  /** float32, panels of 8 rows as differences from their leaf's center: what is multiplied. */
  readonly panels: number;
  /** float32 a row: minus half its panel row's squared norm, shrunk; -Infinity where no row is. */
  readonly negativeHalves: number;
  /** float32, for each leaf: low corner, high corner, mean. */
  readonly boxes: number;
  /** float32 a leaf: no row is farther from its mean. */
  readonly radii: number;
  /** int32 a row: where it stood before it was put in order. */
  readonly originals: number;
  /** int32 a query: its row, or -1 when it is none of them. */
  readonly ids: number;
  /** float64 a query: farther points are not wanted; negative when none are. */
  readonly limits: number;
  /** Scratch for the queries that a leaf is near to. */
  readonly active: number;
  readonly moved: number;
  readonly norms: number;
  readonly thresholds: number;
  /** float64, `neighbours` a query. */
  readonly distances: number;
  /** int32: `neighbours` a query of `nearest`, the number of `count`, the row of `assign`. */
  readonly found: number;
  /** int32 a row. */
  readonly components: number;
  /** float64 a row: squared core distances. */
  readonly cores: number;
  /** float64 a component: weight of its shortest edge so far. */
  readonly bests: number;
  /** int32 a component: that edge's rows. */
  readonly bestFrom: number;
  readonly bestTo: number;
  /** int32 a leaf: the component (`foreign`) or a row (`link`) when the whole leaf hangs together, else -1. */
  readonly leafComponents: number;
  /** float64 a leaf: the least core distance in it, squared. */
  readonly leafCores: number;
  /** int32 a row: the trees of `link`. */
  readonly parents: number;
  /** float32, for queries that are no rows of the index, and for bounds. */
  readonly queries: number;
  /** Scratch: the queries in panels of 8, and a number for each of 8. */
  readonly queryPanels: number;
  readonly eight: number;
  /** What `boxes` has for a leaf, for queries. */
  readonly box: number;
  readonly bounds: number;
  /** Where `configure` finds all of this as int32. */
  readonly block: number;
  readonly bytes: number;
}

/** Searches over one linear memory that is laid out as `SearchLayout` says. */
export interface NeighbourKernel {
  readonly device: KernelDevice;
  readonly buffer: ArrayBuffer;
  /** @throws EngineError `engine_out_of_memory` */
  reserve(bytes: number): void;
  configure(layout: SearchLayout, minPoints: number): void;
  /**
   * Squared distances to each leaf from rows within a box and within `radius` of their mean, never too large: float32
   * from `output` on.
   */
  bounds(box: number, radius: number, leafCount: number, output: number): void;
  /** To be called when other queries are looked for than before. */
  prepare(queries: number, count: number): void;
  /**
   * Looks for each of `count` queries (at most `leafRows`; float32 rows from `queries` on) at the points of one leaf.
   * Returns the largest limit that is left.
   */
  visit(mode: number, queries: number, count: number, leaf: number): number;
}

/** Order in which the assembly reads the block. */
export function searchBlock(layout: SearchLayout, minPoints: number): Int32Array {
  return Int32Array.of(
    layout.features,
    layout.stride * 4,
    layout.leafRows,
    layout.rows,
    layout.panels,
    layout.negativeHalves,
    layout.boxes,
    layout.originals,
    layout.ids,
    layout.limits,
    layout.active,
    layout.moved,
    layout.norms,
    layout.thresholds,
    layout.neighbours,
    layout.distances,
    layout.found,
    layout.components,
    layout.cores,
    layout.bests,
    layout.bestFrom,
    layout.bestTo,
    layout.leafComponents,
    layout.parents,
    layout.radii,
    layout.leafCores,
    layout.queryPanels,
    layout.eight,
    minPoints,
  );
}

/** A share by which float32 sums over this many features may be off, twice over. */
export function searchMargin(features: number): number {
  return (features + 8) * 2 ** -23;
}

export function layOutSearch(
  rowCount: number,
  features: number,
  leafRows: number,
  neighbours: number,
): SearchLayout {
  const stride = Math.ceil(features / 4) * 4;
  const leafCount = Math.max(1, Math.ceil(rowCount / leafRows));
  const padded = leafCount * leafRows;
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  return {
    features,
    stride,
    leafRows,
    rowCount,
    leafCount,
    neighbours,
    block: take(128),
    rows: take(padded * stride * 4),
    panels: take(padded * features * 4),
    negativeHalves: take(padded * 4),
    boxes: take(leafCount * 3 * stride * 4),
    radii: take(leafCount * 4),
    originals: take(padded * 4),
    ids: take(leafRows * 4),
    limits: take(leafRows * 8),
    active: take((leafRows + 4) * 4),
    moved: take((leafRows + 4) * stride * 4),
    norms: take((leafRows + 4) * 4),
    thresholds: take((leafRows + 4) * 4),
    distances: take(leafRows * neighbours * 8),
    found: take(leafRows * Math.max(1, neighbours) * 4),
    components: take(padded * 4),
    cores: take(padded * 8),
    bests: take(padded * 8),
    bestFrom: take(padded * 4),
    bestTo: take(padded * 4),
    leafComponents: take(leafCount * 4),
    leafCores: take(leafCount * 8),
    parents: take(padded * 4),
    queries: take(leafRows * stride * 4),
    queryPanels: take(leafRows * features * 4),
    eight: take(32),
    box: take(3 * stride * 4),
    bounds: take(leafCount * 4),
    bytes: end,
  };
}
