/** What a question is asked about. */
export interface Shape {
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
}

/** The one that the figures of the last line stand for, and every contender is asked about. */
export const mainShape = (quick: boolean): Shape => ({
  rows: quick ? 200_000 : 1_000_000,
  features: 16,
  clusters: 16,
});

/** The grid that the engine and scikit-learn are compared over. */
export function gridShapes(quick: boolean): Shape[] {
  const rows = quick ? [100_000] : [100_000, 1_000_000];
  const features = quick ? [8, 32] : [8, 16, 32];
  const clusters = quick ? [8, 64] : [8, 16, 64];
  return rows.flatMap((r) =>
    features.flatMap((f) => clusters.map((k) => ({ rows: r, features: f, clusters: k }))),
  );
}

export const mostFeatures = 32;

export const nameOf = ({ rows, features, clusters }: Shape): string =>
  `${rows >= 1_000_000 ? `${rows / 1_000_000}M` : `${rows / 1000}k`} × ${features} × ${clusters}`;

/** Names of files: a model for the shape, and centroids to start from. */
export const modelFile = ({ features, clusters }: Shape): string => `model-${features}-${clusters}.json`;
export const initFile = ({ features, clusters }: Shape): string => `init-${features}-${clusters}.json`;
