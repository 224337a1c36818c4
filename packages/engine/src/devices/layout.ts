import { panelRows } from '../kernels/kernel.ts';

/** Rows packed at once; their raw columns and panels stay in the L2 cache at usual feature counts. */
export const tileRows = 4096;

/** From one raw column of a tile to the next: not a multiple of 4 KiB, or all columns would share a few cache sets. */
export const tileColumnBytes: number = tileRows * 4 + 64;

/** Byte offsets into a kernel's memory. */
export interface Layout {
  readonly features: number;
  readonly clusters: number;
  readonly fills: number;
  readonly centers: number;
  readonly factors: number;
  readonly centroids: number;
  readonly halfNorms: number;
  /** Up to `mostCandidates` centers. */
  readonly point: number;
  /** float64, a chunk's clusters × features after another's. */
  readonly sums: number;
  /** int32, a chunk's clusters after another's. */
  readonly counts: number;
  /** float32 a cluster: how far the centroids have moved, for the deadlines of rows. */
  readonly thresholds: number;
  /** Two float64 for each of up to `mostCandidates` centers. */
  readonly totals: number;
  /** A panel, and 4 × 8 words after it. */
  readonly scratch: number;
  /** Raw columns of one tile. */
  readonly tile: number;
  readonly panels: number;
  /** int32 a row. */
  readonly labels: number;
  /** float32 a row: squared distances, or deadlines. */
  readonly distances: number;
  readonly bytes: number;
}

/** Centers that are tried at once; more are tried one group after another. */
export const mostCandidates = 8;

/**
 * @param rows that the panels hold at a time
 * @param chunks for which sums are kept
 */
export function layOut(rows: number, features: number, clusters: number, chunks: number): Layout {
  const paddedRows = Math.ceil(rows / panelRows) * panelRows;
  const pairedClusters = clusters + (clusters % 2);
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / 64) * 64;
    return start;
  };
  return {
    features,
    clusters,
    fills: take(features * 4),
    centers: take(features * 4),
    factors: take(features * 4),
    centroids: take(pairedClusters * features * 4),
    halfNorms: take(pairedClusters * 4),
    // One more, for an odd number of them.
    point: take((mostCandidates + 1) * features * 4),
    sums: take(chunks * clusters * features * 8),
    counts: take(chunks * clusters * 4),
    thresholds: take(clusters * 4),
    totals: take(mostCandidates * 16),
    scratch: take((features + 4) * panelRows * 4),
    tile: take(features * tileColumnBytes),
    panels: take(paddedRows * features * 4),
    labels: take(paddedRows * 4),
    distances: take(paddedRows * 4),
    bytes: end,
  };
}
