import type { KernelCase } from '../kernels/kernel.cases.ts';

const lengths: KernelCase[] = [1, 2, 7, 8, 9, 255, 256, 257, 1023, 1024, 1025, 2049, 10_007].map((rows) => ({
  name: `${rows} rows`,
  rows,
  features: 16,
  clusters: Math.min(rows, 8),
}));

const widths: KernelCase[] = [1, 3, 4, 5, 33].map((features) => ({
  name: `${features} features`,
  rows: 61,
  features,
  clusters: 5,
}));

/**
 * One input each of the suite that every device passes: what its blocks of rows, its tiles of centroids and its buffers
 * can stumble over. `kernel.cases.ts` has more for the CPU's kernels, which are tested by themselves.
 */
export const deviceCases: readonly KernelCase[] = [
  ...lengths,
  ...widths,
  { name: 'one row, one feature, one cluster', rows: 1, features: 1, clusters: 1 },
  { name: 'one cluster', rows: 1500, features: 3, clusters: 1 },
  { name: 'clusters that fill no tile', rows: 400, features: 3, clusters: 11 },
  { name: 'as many clusters as rows', rows: 97, features: 3, clusters: 97 },
  { name: 'rows that repeat', rows: 3000, features: 3, clusters: 12, levels: 4 },
  { name: 'equal rows', rows: 50, features: 3, clusters: 4, levels: 1 },
  { name: 'missing values', rows: 3001, features: 5, clusters: 8, missing: 0.2 },
  { name: 'nothing but missing values', rows: 20, features: 3, clusters: 2, missing: 1 },
  { name: 'constant columns', rows: 100, features: 5, clusters: 3, constant: 2 },
  { name: 'only constant columns', rows: 30, features: 2, clusters: 2, constant: 2 },
  { name: 'values far from zero', rows: 300, features: 4, clusters: 5, offset: 1e5 },
  { name: 'sums that are too many for a workgroup', rows: 700, features: 20, clusters: 300 },
  { name: 'centroids that are too many for a uniform buffer', rows: 450, features: 41, clusters: 400 },
];
