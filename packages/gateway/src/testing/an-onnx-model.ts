import { exportOnnx, FeatureMatrix, kmeans } from '@crmbet/engine';

/** A model as others would bring it: what K-Means made of small depositors and large ones, as a file with a manifest. */

const features = ['deposits_amount_30d', 'bets_count_30d'];
const amounts = Float32Array.from({ length: 40 }, (_, n) => (n < 20 ? 1000 + n : 900_000 + n));
const counts = Float32Array.from(amounts, (_, n) => n % 10);
const { model } = await kmeans(FeatureMatrix.fromColumns(features, [amounts, counts]), {
  k: 2,
  seed: 1,
  threads: 0,
});

export const onnxBytes: Uint8Array = exportOnnx(model);

export const onnxManifest = {
  version: 1,
  name: 'Depositors, from elsewhere',
  features: features.map((name) => ({ name, version: '1' })),
  input: 'features',
  output: 'label',
  meaning: 'label',
  column: 'depositor',
} as const;

/** The body of an import. */
export const anImport = (fields: Record<string, unknown> = {}) => ({
  manifest: onnxManifest,
  file: Buffer.from(onnxBytes).toString('base64'),
  ...fields,
});
