import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeData } from './data.ts';
import { measureDensity } from './density.ts';
import {
  agreement,
  type Contender,
  findScikitLearn,
  measure,
  median,
  type Question,
  type Result,
} from './measure.ts';
import { drawRatios } from './plot.ts';
import { measurePurchases } from './purchases.ts';
import { gridShapes, mainShape, nameOf, type Shape } from './shape.ts';
import { benchWebGpu } from './webgpu.ts';

if (process.argv.includes('webgpu')) process.exit(await benchWebGpu(process.argv));

interface Measured extends Contender {
  readonly seconds: number[];
  last?: Result;
}

const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 5;
const main = mainShape(quick);
const grid = gridShapes(quick);
const sklearn = await findScikitLearn();
if (!sklearn) console.log('scikit-learn is missing (no python3 can import it): it is left out.');

const inDetail: Omit<Contender, 'shape'>[] = [
  { question: 'predict', who: 'engine', threads: 1 },
  { question: 'predict', who: 'engine', threads: 2 },
  { question: 'predict', who: 'copied', threads: 1 },
  { question: 'predict', who: 'simd', threads: 1 },
  { question: 'predict', who: 'js', threads: 1 },
  { question: 'predict', who: 'kernel', threads: 1 },
  { question: 'predict', who: 'onnxruntime-web', threads: 1 },
  { question: 'predict', who: 'onnxruntime-web', threads: 2 },
  { question: 'predict', who: 'scikit-learn', threads: 1 },
  { question: 'predict', who: 'scikit-learn', threads: 2 },
  { question: 'iteration', who: 'engine', threads: 1 },
  { question: 'iteration', who: 'engine', threads: 2 },
  { question: 'iteration', who: 'scikit-learn', threads: 1 },
  { question: 'iteration', who: 'scikit-learn', threads: 2 },
  { question: 'fit', who: 'engine', threads: 1 },
  { question: 'fit', who: 'engine', threads: 2 },
  { question: 'fit', who: 'scikit-learn', threads: 1 },
  { question: 'fit', who: 'scikit-learn', threads: 2 },
];

const questions: readonly Question[] = ['predict', 'iteration', 'fit'];
const peers = ['engine', 'scikit-learn'] as const;

const contenders: Contender[] = inDetail.map((contender) => ({ ...contender, shape: main }));
const small: Shape = { rows: 100_000, features: 16, clusters: 16 };
contenders.push({ question: 'fit', who: 'ml-kmeans', threads: 1, shape: small });
contenders.push({ question: 'fit', who: 'engine', threads: 1, shape: small });
const overGrid: Contender[] = grid.flatMap((shape) =>
  questions.flatMap((question) => peers.map((who) => ({ question, who, threads: 2, shape }) as const)),
);

const toMeasured = (list: readonly Contender[]): Measured[] =>
  list
    .filter(({ who }) => who !== 'scikit-learn' || sklearn !== undefined)
    .map((contender) => ({ ...contender, seconds: [] }));

async function takeRound(folder: string, list: readonly Measured[], runs: (c: Contender) => number) {
  for (const contender of list) {
    const result = await measure(folder, contender, runs(contender), sklearn?.python ?? 'python3');
    contender.seconds.push(result.seconds);
    contender.last = result;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'crmbet-bench-'));
try {
  await writeData(folder, [...grid, main], main);
  const detailed = toMeasured(contenders);
  for (let round = 1; round <= rounds; round++) {
    const inTurn = round % 2 === 1 ? detailed : detailed.toReversed();
    await takeRound(folder, inTurn, ({ question }) =>
      question === 'predict' ? (quick ? 5 : 9) : quick ? 1 : 3,
    );
    console.log(`round ${round} of ${rounds} done`);
  }
  const secondsOf = (
    list: readonly Measured[],
    question: Question,
    who: Contender['who'],
    threads: number,
    shape = main,
  ): number | undefined => {
    const found = list.find(
      (m) =>
        m.question === question &&
        m.who === who &&
        m.threads === threads &&
        nameOf(m.shape) === nameOf(shape),
    );
    return found && median(found.seconds);
  };
  const ratio = (theirs: number | undefined, ours: number | undefined): number | null =>
    theirs === undefined || ours === undefined ? null : Number((theirs / ours).toFixed(2));
  const main1 = (question: Question, who: Contender['who']) => secondsOf(detailed, question, who, 1);
  const main2 = (question: Question, who: Contender['who']) => secondsOf(detailed, question, who, 2);
  const ours = main1('predict', 'engine') ?? Number.NaN;

  const table: Record<string, Record<string, string>> = {};
  for (const { question, who, threads, shape, seconds, last } of detailed) {
    const time = median(seconds);
    const agree =
      question === 'predict' ? await agreement(folder, 'engine.1', `${who}.${threads}`) : undefined;
    table[`${nameOf(shape)} ${question}: ${who} × ${threads}`] = {
      ms: (time * 1000).toFixed(1),
      'M rows/s': question === 'predict' ? (shape.rows / time / 1e6).toFixed(1) : '',
      agree: agree === undefined ? '' : `${(agree * 100).toFixed(4)} %`,
      iterations: last?.iterations?.toString() ?? '',
      inertia: last?.inertia?.toFixed(0) ?? '',
    };
  }
  // Only now: these write labels over those that were compared.
  const compared = toMeasured(overGrid);
  await takeRound(folder, compared, ({ question }) => (question === 'predict' ? 5 : 1));
  console.log(`${grid.length} shapes done`);

  console.log();
  console.table(table);

  const ratios = grid.map((shape) => ({
    shape: nameOf(shape),
    ...Object.fromEntries(
      questions.map((question) => [
        question,
        ratio(
          secondsOf(compared, question, 'scikit-learn', 2, shape),
          secondsOf(compared, question, 'engine', 2, shape),
        ),
      ]),
    ),
  }));
  console.log('How many times as fast as scikit-learn, both on 2 threads (rows × features × clusters):');
  console.table(ratios);

  const density = await measureDensity({
    folder,
    rounds: quick ? 1 : 2,
    quick,
    python: sklearn?.python,
  });
  for (const note of density.notes) console.log(note);
  console.table(density.table);
  const purchases = await measurePurchases();
  if (Object.keys(purchases).length > 0) console.table(purchases);

  const inertias = detailed.filter(({ question, threads }) => question === 'iteration' && threads === 2);
  const [own = Number.NaN, theirs = Number.NaN] = inertias.map(({ last }) => last?.inertia ?? Number.NaN);
  const figures = {
    bench: 'engine',
    predict_rows_per_s_core: Math.round(main.rows / ours),
    predict_vs_sklearn: ratio(main1('predict', 'scikit-learn'), ours),
    kmeans_iter_vs_sklearn: ratio(main2('iteration', 'scikit-learn'), main2('iteration', 'engine')),
    kmeans_fit_vs_sklearn: ratio(main2('fit', 'scikit-learn'), main2('fit', 'engine')),
    hdbscan_50k_s: density.hdbscan_50k_s,
  };
  if (sklearn)
    console.log(
      `inertia from the same start: ${((own / theirs - 1) * 100).toFixed(4)} % from scikit-learn's`,
    );

  const cpu = cpus();
  const machine = { cpu: cpu[0]?.model ?? 'unknown', cores: cpu.length, platform: process.platform };
  const results = join(import.meta.dirname, '..', 'results');
  await mkdir(results, { recursive: true });
  await writeFile(
    join(results, 'engine.json'),
    `${JSON.stringify({ ...figures, main, rounds, measured: detailed, compared, density: density.measured, purchases, scikitLearn: sklearn?.version ?? null, machine, node: process.version }, null, 2)}\n`,
  );
  if (sklearn && process.argv.includes('--plot'))
    await writeFile(join(import.meta.dirname, 'ratios.svg'), drawRatios(ratios, questions));
  console.log(JSON.stringify(figures));
} finally {
  await rm(folder, { recursive: true, force: true });
}
