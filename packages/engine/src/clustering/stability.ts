import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import { FeatureMatrix } from '../matrix.ts';
import { choiceOption, invalidOption, seedOption, wholeOption } from '../options.ts';
import { type Random, seededRandom } from '../random.ts';
import { drawRows, sampleRows } from '../sampling.ts';
import { takeColumns } from '../scoring/sample.ts';

/** Clusters some rows: a cluster for each, −1 for none. The result of `kmeans` and its like will do. */
export type StabilityFit = (rows: FeatureMatrix, seed: number) => Promise<{ readonly labels: Int32Array }>;

export interface StabilityOptions {
  /** Runs. Default 50. */
  readonly runs?: number | undefined;
  /** `bootstrap` (default): as many rows as there are, drawn one by one. `subsample`: a share of them, each at most once. */
  readonly method?: 'bootstrap' | 'subsample' | undefined;
  /** Of a subsample. Default 0.5. */
  readonly share?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** The clusters in question; without them they are those of `fit` on all rows. */
  readonly labels?: Int32Array | undefined;
  readonly onProgress?: ((progress: { readonly run: number; readonly runs: number }) => void) | undefined;
  /** Rejects with `engine_aborted`, between two fits; `fit` may take it as well. */
  readonly signal?: AbortSignal | undefined;
}

export interface ClusterStability {
  readonly cluster: number;
  readonly size: number;
  /** Mean over the runs of the Jaccard similarity to the most similar cluster found there, 0 to 1. */
  readonly jaccard: number;
  /** Of that mean. */
  readonly standardError: number;
  /** Share of the runs in which it was found again (at least 0.75), and in which it fell apart (at most 0.5). */
  readonly recovered: number;
  readonly dissolved: number;
  /**
   * In the words of Hennig (the manual of his `fpc::clusterboot`): from 0.85 `high`, from 0.75 `stable`, from 0.6 a
   * `pattern` whose exact members are in doubt, below that not to be trusted.
   */
  readonly level: 'high' | 'stable' | 'pattern' | 'untrusted';
}

export interface Stability {
  readonly clusters: readonly ClusterStability[];
  readonly runs: number;
}

/**
 * Whether clusters are there, or chance: they are looked for again among rows drawn anew, and compared with what is found
 * there (Hennig, "Cluster-wise assessment of cluster stability", CSDA 2007). The similarity of two clusters is the
 * share of rows in both among those in either, over the rows that were drawn, each counted once.
 * @throws EngineError (as a rejection) `engine_labels_mismatch` (not one label a row, or one below −1),
 *   `engine_matrix_empty`, `engine_option_invalid`, `engine_aborted`, and what `fit` throws
 */
export async function stability(
  matrix: FeatureMatrix,
  fit: StabilityFit,
  options: StabilityOptions = {},
): Promise<Stability> {
  const { method = 'bootstrap', share = 0.5 } = options;
  choiceOption('method', method, ['bootstrap', 'subsample']);
  const runs = wholeOption('runs', options.runs ?? 50, 1);
  if (!(share > 0 && share < 1)) throw invalidOption('share', 'must be more than 0 and less than 1');
  const random = seededRandom(seedOption(options.seed ?? 1));
  if (matrix.rowCount === 0) throw new EngineError('engine_matrix_empty', 'The matrix has no rows.');
  const breathe = createBreather(options.signal);
  await breathe();
  const labels = checked(options.labels ?? (await fit(matrix, seedOf(random))).labels, matrix.rowCount);
  const sizes = countOf(labels);
  const clusters = [...sizes.keys()].sort((a, b) => a - b);
  const similarities = new Map(clusters.map((cluster): [number, number[]] => [cluster, []]));
  for (let run = 1; run <= runs; run++) {
    await breathe();
    const rows =
      method === 'bootstrap'
        ? await drawAll(matrix.rowCount, random, breathe)
        : sampleRows(matrix.rowCount, Math.max(1, Math.round(matrix.rowCount * share)), random);
    const columns = await takeColumns(matrix.columns(), new Uint32Array(rows), breathe);
    const drawn = FeatureMatrix.fromColumns(matrix.names, columns);
    await breathe();
    const found = checked((await fit(drawn, seedOf(random))).labels, rows.length);
    for (const [cluster, similarity] of await bestSimilarities(rows, labels, found, breathe)) {
      similarities.get(cluster)?.push(similarity);
    }
    options.onProgress?.({ run, runs });
  }
  return {
    runs,
    clusters: clusters.map((cluster) =>
      summarize(cluster, sizes.get(cluster) ?? 0, similarities.get(cluster) ?? []),
    ),
  };
}

const sliceRows = 65536;

/** As many rows as there are, drawn one by one. */
async function drawAll(rowCount: number, random: Random, breathe: () => Promise<void>): Promise<Int32Array> {
  const rows = new Int32Array(rowCount);
  for (let start = 0; start < rowCount; start += sliceRows) {
    rows.set(drawRows(rowCount, Math.min(sliceRows, rowCount - start), random), start);
    await breathe();
  }
  return rows;
}

/** Of each old cluster that has rows in the sample. */
async function bestSimilarities(
  rows: Int32Array,
  labels: Int32Array,
  found: Int32Array,
  breathe: () => Promise<void>,
): Promise<Map<number, number>> {
  // A row drawn twice is clustered twice, but counts once.
  const seen = new Uint8Array(labels.length);
  const oldSizes = new Map<number, number>();
  const newSizes = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  for (let i = 0; i < rows.length; i++) {
    if (i % sliceRows === 0) await breathe();
    const row = rows[i] ?? 0;
    if (seen[row] === 1) continue;
    seen[row] = 1;
    const old = labels[row] ?? -1;
    const label = found[i] ?? -1;
    if (label >= 0) add(newSizes, label);
    if (old < 0) continue;
    add(oldSizes, old);
    let own = shared.get(old);
    if (!own) {
      own = new Map();
      shared.set(old, own);
    }
    if (label >= 0) add(own, label);
  }
  return new Map(
    [...oldSizes].map(([old, size]) => {
      let best = 0;
      for (const [label, both] of shared.get(old) ?? []) {
        best = Math.max(best, both / (size + (newSizes.get(label) ?? 0) - both));
      }
      return [old, best];
    }),
  );
}

function summarize(cluster: number, size: number, similarities: readonly number[]): ClusterStability {
  const count = similarities.length;
  // A cluster so small that no sample ever held a row of it has nothing to speak for it.
  const jaccard = count > 0 ? similarities.reduce((sum, value) => sum + value, 0) / count : 0;
  const squares = similarities.reduce((sum, value) => sum + (value - jaccard) ** 2, 0);
  const portion = (holds: (value: number) => boolean): number =>
    count > 0 ? similarities.filter(holds).length / count : 0;
  return {
    cluster,
    size,
    jaccard,
    standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0,
    recovered: portion((value) => value >= 0.75),
    dissolved: portion((value) => value <= 0.5),
    level: jaccard >= 0.85 ? 'high' : jaccard >= 0.75 ? 'stable' : jaccard >= 0.6 ? 'pattern' : 'untrusted',
  };
}

function checked(labels: Int32Array, rowCount: number): Int32Array {
  if (labels.length === rowCount && labels.every((label) => label >= -1)) return labels;
  throw new EngineError(
    'engine_labels_mismatch',
    `${rowCount} rows need as many labels, none below −1; there are ${labels.length}.`,
    { details: { labels: labels.length, rows: rowCount } },
  );
}

function countOf(labels: Int32Array): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const label of labels) if (label >= 0) add(sizes, label);
  return sizes;
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function seedOf(random: Random): number {
  return Math.floor(random() * 2 ** 32);
}
