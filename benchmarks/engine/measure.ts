import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Shape } from './shape.ts';

export type Question = 'predict' | 'iteration' | 'fit';

export interface Contender {
  readonly question: Question;
  /** `engine` on the fastest CPU device, its columns where the kernels read them; `copied` from ordinary arrays. */
  readonly who:
    | 'engine'
    | 'copied'
    | 'simd'
    | 'js'
    | 'kernel'
    | 'onnxruntime-web'
    | 'ml-kmeans'
    | 'scikit-learn';
  readonly threads: 1 | 2;
  readonly shape: Shape;
}

export interface Result {
  readonly seconds: number;
  readonly inertia: number | null;
  readonly iterations: number | null;
}

const run = promisify(execFile);

/** A Python that has scikit-learn, where there is one. */
export async function findScikitLearn(): Promise<{ python: string; version: string } | undefined> {
  for (const python of [process.env.PYTHON, 'python3', '/usr/bin/python3']) {
    if (python === undefined) continue;
    try {
      const { stdout } = await run(python, ['-c', 'import sklearn; print(sklearn.__version__)']);
      return { python, version: stdout.trim() };
    } catch {
      // This one has it not.
    }
  }
  return undefined;
}

/** In a process of its own, which warms up and answers with the median of `runs`. */
export async function measure(
  folder: string,
  { question, who, threads, shape }: Contender,
  runs: number,
  python: string,
): Promise<Result> {
  const [command, file] =
    who === 'scikit-learn'
      ? [python, join(import.meta.dirname, 'contender.py')]
      : [process.execPath, fileURLToPath(import.meta.resolve('./contender.ts'))];
  const numbers = [threads, runs, shape.rows, shape.features, shape.clusters].map(String);
  // scikit-learn takes its number of threads from here, for its own loops and for BLAS.
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const { stdout } = await run(command, [file, folder, question, who, ...numbers], { env });
  const result: Result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return result;
}

/** Share of rows that two contenders label alike. */
export async function agreement(folder: string, a: string, b: string): Promise<number> {
  const [first, other] = await Promise.all(
    [a, b].map(async (name) => {
      const bytes = await readFile(join(folder, `labels.${name}`));
      return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    }),
  );
  return other && first ? other.filter((label, i) => label === first[i]).length / other.length : Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('There is no median of nothing.');
  return middle;
}
