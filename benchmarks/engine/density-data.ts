import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FeatureMatrix } from '@crmbet/engine';

export const densityFeatures = 16;
export const minClusterSize = 25;
export const minPoints = 5;

/**
 * `noisy`: 16 round groups of different width, and a tenth of the rows anywhere between them.
 * `overlapping`: groups whose centers are about as far apart as they are wide, where hardly any row can be passed over.
 */
export type DensityData = 'noisy' | 'overlapping';

/** Distance up to which rows are neighbours for DBSCAN: about that to a row's fifth nearest. */
export const epsOf: Readonly<Record<DensityData, number>> = { noisy: 3, overlapping: 2.5 };

/** Writes `<data>-<rows>.f32`: row after row, as scikit-learn wants them. */
export async function writeDensityData(folder: string, data: DensityData, rows: number): Promise<void> {
  const random = mulberry32(20261120);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const apart = data === 'noisy' ? 8 : 1;
  const groups = 16;
  const centers = Array.from({ length: groups * densityFeatures }, () => normal() * apart);
  const widths = Array.from({ length: groups }, () => (data === 'noisy' ? 0.5 + random() : 1));
  const values = new Float32Array(rows * densityFeatures);
  for (let i = 0; i < rows; i++) {
    const group = Math.floor(random() * groups);
    const anywhere = data === 'noisy' && random() < 0.1;
    for (let j = 0; j < densityFeatures; j++) {
      const center = centers[group * densityFeatures + j] ?? 0;
      const inGroup = center + normal() * (widths[group] ?? 1);
      values[i * densityFeatures + j] = anywhere ? (random() * 6 - 3) * apart : inGroup;
    }
  }
  await writeFile(join(folder, `${data}-${rows}.f32`), values);
}

export function densityMatrix(values: Float32Array): FeatureMatrix {
  const rows = values.length / densityFeatures;
  const columns = Array.from({ length: densityFeatures }, (_, j) =>
    Float32Array.from({ length: rows }, (_, i) => values[i * densityFeatures + j] ?? 0),
  );
  return FeatureMatrix.fromColumns(
    columns.map((_, j) => `feature_${j}`),
    columns,
  );
}

/** mulberry32 (Tommy Ettinger, public domain): good enough to draw test data. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
