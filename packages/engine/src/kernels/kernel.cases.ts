/** One input of the suite that every device passes. */
export interface KernelCase {
  readonly name: string;
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
  /** Share of missing values. */
  readonly missing?: number;
  /** Every value is one of this many, so that rows repeat and distances tie. */
  readonly levels?: number;
  /** Columns, from the first on, that hold one value only. */
  readonly constant?: number;
  /** Added to every value before scaling by `none`: distances must survive being far from zero. */
  readonly offset?: number;
}

const widths: KernelCase[] = Array.from({ length: 33 }, (_, i) => ({
  name: `${i + 1} features`,
  rows: 61,
  features: i + 1,
  clusters: 5,
}));

const counts: KernelCase[] = Array.from({ length: 10 }, (_, i) => ({
  name: `${i + 1} clusters`,
  rows: 45,
  features: 6,
  clusters: i + 1,
}));

const lengths: KernelCase[] = [1, 2, 7, 8, 9, 15, 16, 17, 2047, 2048, 2049, 4100, 5003].map((rows) => ({
  name: `${rows} rows`,
  rows,
  features: 4,
  clusters: Math.min(rows, 6),
}));

export const kernelCases: readonly KernelCase[] = [
  ...widths,
  ...counts,
  ...lengths,
  { name: 'one row, one feature, one cluster', rows: 1, features: 1, clusters: 1 },
  { name: 'missing values', rows: 333, features: 7, clusters: 4, missing: 0.3 },
  { name: 'nothing but missing values', rows: 20, features: 3, clusters: 2, missing: 1 },
  { name: 'rows that repeat', rows: 200, features: 2, clusters: 9, levels: 3 },
  { name: 'equal rows', rows: 50, features: 3, clusters: 4, levels: 1 },
  { name: 'constant columns', rows: 100, features: 5, clusters: 3, constant: 2 },
  { name: 'only constant columns', rows: 30, features: 2, clusters: 2, constant: 2 },
  { name: 'far from zero', rows: 300, features: 4, clusters: 5, offset: 1e5 },
];
