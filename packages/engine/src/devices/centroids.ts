import { type Kernel, neverChosen } from '../kernels/kernel.ts';

/** Kernels take centroids by pairs. */
export function pairedClusters(clusters: number): number {
  return clusters + (clusters % 2);
}

/**
 * Writes centroids and half their squared norms into a kernel's memory, filled up to a pair.
 * @returns the largest squared norm
 */
export function writeCentroids(
  kernel: Kernel,
  at: { readonly centroids: number; readonly halfNorms: number },
  centroids: Float32Array,
  features: number,
): number {
  const clusters = centroids.length / features;
  const paired = pairedClusters(clusters);
  new Float32Array(kernel.buffer, at.centroids, paired * features).fill(0).set(centroids);
  const norms = new Float32Array(kernel.buffer, at.halfNorms, paired).fill(neverChosen);
  let largest = 0;
  for (let k = 0; k < clusters; k++) {
    let square = 0;
    for (let j = 0; j < features; j++) square += (centroids[k * features + j] ?? 0) ** 2;
    norms[k] = square / 2;
    largest = Math.max(largest, square);
  }
  return largest;
}
