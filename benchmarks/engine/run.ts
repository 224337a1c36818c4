import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { clusters, features, writeData } from './data.ts';
import { benchWebGpu } from './webgpu.ts';

if (process.argv.includes('webgpu')) process.exit(await benchWebGpu(process.argv));

type Question = 'predict' | 'iteration' | 'fit';

interface Contender {
  readonly question: Question;
  readonly who: 'relaxed' | 'simd' | 'js' | 'kernel' | 'onnxruntime-web' | 'scikit-learn';
  readonly threads: 1 | 2;
  /** Left out with --quick. */
  readonly slow?: true;
}

interface Result {
  readonly seconds: number;
  readonly inertia: number | null;
  readonly iterations: number | null;
}

interface Measured extends Contender {
  readonly seconds: number[];
  last?: Result;
}

const run = promisify(execFile);
const quick = process.argv.includes('--quick');
const rows = quick ? 200_000 : 1_000_000;
const rounds = quick ? 3 : 5;
const python = process.env.PYTHON ?? 'python3';

const contenders: Contender[] = [
  { question: 'predict', who: 'relaxed', threads: 1 },
  { question: 'predict', who: 'relaxed', threads: 2 },
  { question: 'predict', who: 'simd', threads: 1, slow: true },
  { question: 'predict', who: 'js', threads: 1 },
  { question: 'predict', who: 'kernel', threads: 1 },
  { question: 'predict', who: 'onnxruntime-web', threads: 1 },
  { question: 'predict', who: 'onnxruntime-web', threads: 2, slow: true },
  { question: 'predict', who: 'scikit-learn', threads: 1 },
  { question: 'predict', who: 'scikit-learn', threads: 2 },
  { question: 'iteration', who: 'relaxed', threads: 1, slow: true },
  { question: 'iteration', who: 'relaxed', threads: 2 },
  { question: 'iteration', who: 'scikit-learn', threads: 1, slow: true },
  { question: 'iteration', who: 'scikit-learn', threads: 2 },
  { question: 'fit', who: 'relaxed', threads: 1, slow: true },
  { question: 'fit', who: 'relaxed', threads: 2 },
  { question: 'fit', who: 'scikit-learn', threads: 1, slow: true },
  { question: 'fit', who: 'scikit-learn', threads: 2 },
];

async function scikitLearn(): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ['-c', 'import sklearn; print(sklearn.__version__)']);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

async function measure(folder: string, contender: Contender): Promise<Result> {
  const { question, who, threads } = contender;
  const runs = question === 'predict' ? (quick ? 5 : 9) : quick ? 1 : 3;
  const [command, file] =
    who === 'scikit-learn'
      ? [python, join(import.meta.dirname, 'contender.py')]
      : [process.execPath, fileURLToPath(import.meta.resolve('./contender.ts'))];
  const args = [file, folder, question, who, String(threads), String(runs)];
  // scikit-learn takes its number of threads from here, for its own loops and for BLAS.
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const { stdout } = await run(command, args, { env });
  const result: Result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return result;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('There is no median of nothing.');
  return middle;
}

/** Share of rows that two contenders label alike. */
async function agreement(folder: string, who: string, threads: number): Promise<number> {
  const read = async (name: string): Promise<Int32Array> => {
    const bytes = await readFile(join(folder, name));
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  };
  const [first, other] = await Promise.all([read('labels.relaxed.1'), read(`labels.${who}.${threads}`)]);
  return other.filter((label, i) => label === first[i]).length / other.length;
}

const folder = await mkdtemp(join(tmpdir(), 'crmbet-bench-'));
try {
  const sklearn = await scikitLearn();
  if (!sklearn) console.log(`scikit-learn is missing (${python} cannot import it): it is left out.`);
  console.log(
    `${rows.toLocaleString('en')} rows, ${features} features, ${clusters} clusters, ${rounds} rounds`,
  );
  await writeData(folder, rows);

  const measured: Measured[] = contenders
    .filter(({ who, slow }) => !(quick && slow) && (who !== 'scikit-learn' || sklearn !== undefined))
    .map((contender) => ({ ...contender, seconds: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const contender of round % 2 === 1 ? measured : measured.toReversed()) {
      const result = await measure(folder, contender);
      contender.seconds.push(result.seconds);
      contender.last = result;
    }
    console.log(`round ${round} of ${rounds} done`);
  }

  const secondsOf = (question: Question, who: Contender['who'], threads: number): number | undefined => {
    const found = measured.find((m) => m.question === question && m.who === who && m.threads === threads);
    return found && median(found.seconds);
  };
  const rate = (who: Contender['who']): number =>
    Math.round(rows / (secondsOf('predict', who, 1) ?? Number.NaN));
  const ratio = (question: Question, who: Contender['who'], threads: number): number | null => {
    const [ours, theirs] = [secondsOf(question, 'relaxed', threads), secondsOf(question, who, threads)];
    return ours !== undefined && theirs !== undefined ? Number((theirs / ours).toFixed(2)) : null;
  };
  const figures = {
    bench: 'engine',
    predict_rows_per_s_core: rate('relaxed'),
    kernel_rows_per_s_core: rate('kernel'),
    predict_vs_js: ratio('predict', 'js', 1),
    predict_vs_onnxruntime_web: ratio('predict', 'onnxruntime-web', 1),
    predict_vs_scikit_learn: ratio('predict', 'scikit-learn', 1),
    predict_vs_scikit_learn_2_threads: ratio('predict', 'scikit-learn', 2),
    iteration_vs_scikit_learn_2_threads: ratio('iteration', 'scikit-learn', 2),
    fit_vs_scikit_learn_2_threads: ratio('fit', 'scikit-learn', 2),
  };

  const table: Record<string, Record<string, string>> = {};
  for (const { question, who, threads, seconds, last } of measured) {
    const time = median(seconds);
    table[`${question}: ${who} × ${threads}`] = {
      ms: (time * 1000).toFixed(1),
      'M rows/s': question === 'predict' ? (rows / time / 1e6).toFixed(1) : '',
      agree: question === 'predict' ? `${((await agreement(folder, who, threads)) * 100).toFixed(4)} %` : '',
      iterations: last?.iterations?.toString() ?? '',
      inertia: last?.inertia?.toFixed(0) ?? '',
    };
  }
  const cpu = cpus();
  const machine = { cpu: cpu[0]?.model ?? 'unknown', cores: cpu.length, platform: process.platform };
  const results = join(import.meta.dirname, '..', 'results');
  await mkdir(results, { recursive: true });
  await writeFile(
    join(results, 'engine.json'),
    `${JSON.stringify({ ...figures, rows, rounds, measured, scikitLearn: sklearn ?? null, machine, node: process.version }, null, 2)}\n`,
  );
  console.log();
  console.table(table);
  console.log(JSON.stringify(figures));
} finally {
  await rm(folder, { recursive: true, force: true });
}
