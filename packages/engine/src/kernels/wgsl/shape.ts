/** Rows of a workgroup: 256 threads with 4 neighbouring rows each, which lie in one `vec4`. */
export const blockThreads = 256;
export const blockRows: number = blockThreads * 4;

/** What a row's label is before it has one. */
export const noLabel = 0xffffffff;

/** The largest float32: farther than any row, and, negated, a score that no centroid is below. */
export const largestFloat = '3.4028234663852886e38f';

/**
 * What the text of the assigning kernels depends on; all else they are told as they run, so that few have to be
 * compiled. `quads`: of a tile, 1 to 4.
 */
export interface KernelShape {
  readonly quads: number;
  /** Whether the centroids fit a uniform buffer, which every thread of a workgroup reads at the price of one. */
  readonly uniformCentroids: boolean;
  /** Words of the workgroup's own memory that its sums take; 0: they do not fit, it adds straight to the totals. */
  readonly sharedWords: number;
}

/** A uniform buffer of centroids has this size, as its type has: what every device gives. */
export const uniformCentroidBytes = 65536;

/** Sizes of shared memory, of which the least is taken that is large enough. */
const sharedSizes = [1024, 4096, 8192];

export function shapeFor(features: number, clusters: number, workgroupBytes: number): KernelShape {
  const words = totalWords(features, clusters);
  const shared = sharedSizes.find((size) => size >= words) ?? 0;
  return {
    quads: tiling(clusters).quads,
    uniformCentroids: centroidFloats(features, clusters) * 4 <= uniformCentroidBytes,
    sharedWords: shared * 4 <= workgroupBytes ? shared : 0,
  };
}

/** A sum of two words for each feature of each cluster, then a count for each cluster. */
export function totalWords(features: number, clusters: number): number {
  return clusters * features * 2 + clusters;
}

/**
 * Centroids are compared a tile at a time, a tile is up to 4 quads, a quad is 4 centroids in a `vec4`: so a tile's
 * scores for 4 rows are at most 64 registers, and rows are read once for every tile.
 */
export function tiling(clusters: number): { tiles: number; quads: number } {
  const all = Math.ceil(clusters / 4);
  const tiles = Math.ceil(all / 4);
  return { tiles, quads: Math.ceil(all / tiles) };
}

/** float32 of the centroid buffer: a tile's quads side by side, feature after feature, then their biases. */
export function centroidFloats(features: number, clusters: number): number {
  const { tiles, quads } = tiling(clusters);
  return tiles * (features + 1) * quads * 4;
}

/** Where feature `feature` of a centroid is in that buffer; `feature` = features is its bias. */
export function centroidIndex(features: number, clusters: number, cluster: number, feature: number): number {
  const { quads } = tiling(clusters);
  const quad = Math.floor(cluster / 4);
  const tile = Math.floor(quad / quads);
  return ((tile * (features + 1) + feature) * quads + (quad % quads)) * 4 + (cluster % 4);
}
