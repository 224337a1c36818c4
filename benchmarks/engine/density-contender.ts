/** One clustering in a process of its own: `node density-contender.ts FOLDER QUESTION DATA ROWS THREADS`; prints one JSON line. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dbscan, hdbscan, openPool } from '@crmbet/engine';
import { type DensityData, densityMatrix, epsOf, minClusterSize, minPoints } from './density-data.ts';

const [folder = '', question = '', dataText = '', rowsText = '', threadsText = '1'] = process.argv.slice(2);
const data: DensityData = dataText === 'noisy' ? 'noisy' : 'overlapping';
const threads = Number(threadsText);
const bytes = await readFile(join(folder, `${data}-${rowsText}.f32`));
const matrix = densityMatrix(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));

const pool = threads > 1 ? await openPool({ threads }) : undefined;
const where = pool ? { pool } : ({ threads: 0 } as const);
const run = async (rows: typeof matrix): Promise<Int32Array> => {
  const settings = { scaling: 'none', ...where } as const;
  if (question === 'dbscan') {
    return (await dbscan(rows, { eps: epsOf[data], minPoints, ...settings })).labels;
  }
  return (await hdbscan(rows, { minClusterSize, minSamples: minPoints, ...settings })).labels;
};
// A first one, small, compiles the kernels.
const warm = densityMatrix(new Float32Array(matrix.columnCount * 2000).map((_, i) => (i * 7919) % 1000));
await run(warm);
const start = performance.now();
const labels = await run(matrix);
const seconds = (performance.now() - start) / 1000;
await writeFile(join(folder, `labels.${question}.${data}.${rowsText}.engine`), labels);
console.log(JSON.stringify({ seconds, clusters: new Set(labels.filter((label) => label >= 0)).size }));
process.exit(0);
