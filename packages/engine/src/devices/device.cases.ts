import { type KernelCase, kernelCases } from '../kernels/kernel.cases.ts';

/** What workgroups, tiles of centroids and buffers of a graphics device can stumble over, beside the kernels' cases. */
export const deviceCases: readonly KernelCase[] = [
  ...kernelCases,
  ...[255, 256, 257, 1023, 1024, 1025, 10_007].map((rows) => ({
    name: `${rows} rows of 16 features`,
    rows,
    features: 16,
    clusters: 8,
  })),
  { name: 'one cluster', rows: 1500, features: 3, clusters: 1 },
  { name: 'as many clusters as rows', rows: 97, features: 3, clusters: 97 },
  { name: 'rows that repeat in every block', rows: 3000, features: 3, clusters: 12, levels: 4 },
  { name: 'missing values in every block', rows: 3001, features: 5, clusters: 17, missing: 0.2 },
  { name: 'sums that are too many for a workgroup', rows: 700, features: 20, clusters: 300 },
  { name: 'centroids that are too many for a uniform buffer', rows: 650, features: 33, clusters: 600 },
];
