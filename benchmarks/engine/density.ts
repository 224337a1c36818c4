import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { adjustedRandIndex } from '@crmbet/engine';
import { type DensityData, densityFeatures, writeDensityData } from './density-data.ts';
import { median } from './measure.ts';

/** `neighbours`: scikit-learn's search for core distances alone, what an HDBSCAN of it begins with. */
export type DensityQuestion = 'dbscan' | 'hdbscan' | 'neighbours';

export interface DensityContender {
  readonly question: DensityQuestion;
  readonly who: 'engine' | 'scikit-learn';
  readonly data: DensityData;
  readonly rows: number;
  readonly threads: 1 | 2;
}

export interface DensityMeasured extends DensityContender {
  /** One a round. */
  readonly seconds: number[];
  clusters: number | null;
  /** Adjusted Rand index with the engine's labels; null where there are none to compare. */
  agreement: number | null;
}

export interface DensityOptions {
  /** Where the data and labels are written; the caller removes it. */
  readonly folder: string;
  readonly rounds: number;
  /** Only 10,000 rows, and one thread. */
  readonly quick: boolean;
  /** A Python that has scikit-learn; without one it is left out. */
  readonly python: string | undefined;
}

export interface DensityMeasurement {
  readonly measured: readonly DensityMeasured[];
  /** For `console.table`. */
  readonly table: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Seconds of HDBSCAN of 50,000 noisy rows on one thread; null with `quick`. */
  readonly hdbscan_50k_s: number | null;
  /** What is missing, in sentences. */
  readonly notes: readonly string[];
}

const run = promisify(execFile);
const dataSets: readonly DensityData[] = ['noisy', 'overlapping'];

/**
 * DBSCAN and HDBSCAN of 10,000, 50,000 and 100,000 rows × 16 features, against scikit-learn: each in a process of its
 * own, in turn, the order reversed every other round. Peers that take much longer run in the first round only.
 */
export async function measureDensity(options: DensityOptions): Promise<DensityMeasurement> {
  const { folder, rounds, quick, python } = options;
  const sizes = quick ? [10_000] : [10_000, 50_000, 100_000];
  const notes = new Set<string>();
  for (const data of dataSets) for (const rows of sizes) await writeDensityData(folder, data, rows);
  const contenders = dataSets.flatMap((data) => sizes.flatMap((rows) => contendersFor(data, rows, quick)));
  let measured = contenders
    .filter(({ who }) => who === 'engine' || python !== undefined)
    .map((contender): DensityMeasured => ({ ...contender, seconds: [], clusters: null, agreement: null }));
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? measured : measured.toReversed()) {
      if (round > 0 && contender.who !== 'engine' && contender.rows > 10_000) continue;
      const answer = await measureOne(folder, contender, python ?? '');
      if (answer.missing !== undefined) notes.add(`${answer.missing}: it is left out.`);
      if (answer.seconds === undefined) continue;
      contender.seconds.push(answer.seconds);
      contender.clusters = answer.clusters ?? null;
    }
  }
  measured = measured.filter(({ seconds }) => seconds.length > 0);
  for (const contender of measured) contender.agreement = await agreementOf(folder, contender);
  const fifty = measured.find(
    ({ question, who, data, rows, threads }) =>
      question === 'hdbscan' && who === 'engine' && data === 'noisy' && rows === 50_000 && threads === 1,
  );
  return {
    measured,
    table: Object.fromEntries(measured.map((contender) => [nameOf(contender), cells(contender)])),
    hdbscan_50k_s: fifty ? Number(median(fifty.seconds).toFixed(3)) : null,
    notes: [...notes],
  };
}

function contendersFor(data: DensityData, rows: number, quick: boolean): DensityContender[] {
  const threads: (1 | 2)[] = quick ? [1] : [1, 2];
  return threads.flatMap((count): DensityContender[] => {
    const shared = { data, rows, threads: count };
    return [
      { question: 'dbscan', who: 'engine', ...shared },
      { question: 'dbscan', who: 'scikit-learn', ...shared },
      { question: 'hdbscan', who: 'engine', ...shared },
      { question: 'hdbscan', who: 'scikit-learn', ...shared },
      { question: 'neighbours', who: 'scikit-learn', ...shared },
    ];
  });
}

interface Answer {
  readonly seconds?: number;
  readonly clusters?: number | null;
  readonly missing?: string;
}

async function measureOne(folder: string, contender: DensityContender, python: string): Promise<Answer> {
  const { question, who, data, rows, threads } = contender;
  const [command, file] =
    who === 'scikit-learn'
      ? [python, join(import.meta.dirname, 'density.py')]
      : [process.execPath, fileURLToPath(import.meta.resolve('./density-contender.ts'))];
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const { stdout } = await run(command, [file, folder, question, data, String(rows), String(threads)], {
    env,
  });
  const answer: Answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return answer;
}

async function agreementOf(folder: string, contender: DensityContender): Promise<number | null> {
  const { question, who, data, rows } = contender;
  if (question === 'neighbours' || who === 'engine') return null;
  const [ours, theirs] = await Promise.all(
    ['engine', who].map(async (name) => {
      const bytes = await readFile(join(folder, `labels.${question}.${data}.${rows}.${name}`));
      return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    }),
  );
  return ours && theirs ? adjustedRandIndex(ours, theirs) : null;
}

function nameOf({ question, who, data, rows, threads }: DensityContender): string {
  return `${rows / 1000}k × ${densityFeatures}, ${data}, ${question}: ${who} × ${threads}`;
}

function cells({ seconds, clusters, agreement }: DensityMeasured): Record<string, string> {
  return {
    s: median(seconds).toFixed(2),
    clusters: clusters?.toString() ?? '',
    agree: agreement === null ? '' : agreement.toFixed(4),
  };
}
