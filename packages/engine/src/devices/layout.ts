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
  readonly point: number;
  readonly sums: number;
  readonly counts: number;
  /** Raw columns of one tile. */
  readonly tile: number;
  readonly panels: number;
  /** int32 a row. */
  readonly labels: number;
  /** float32 a row: squared distances. */
  readonly distances: number;
  readonly bytes: number;
}

/** @param rows that the panels hold at a time */
export function layOut(rows: number, features: number, clusters: number): Layout {
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
    point: take(features * 4),
    sums: take(clusters * features * 8),
    counts: take(clusters * 4),
    tile: take(features * tileColumnBytes),
    panels: take(paddedRows * features * 4),
    labels: take(paddedRows * 4),
    distances: take(paddedRows * 4),
    bytes: end,
  };
}
