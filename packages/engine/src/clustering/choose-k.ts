import { createBreather } from '../breathe.ts';
import type { ThreadingOptions } from '../devices/crew.ts';
import { EngineError, throwIfAborted } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { choiceOption, invalidOption, seedOption, wholeOption } from '../options.ts';
import { seededRandom } from '../random.ts';
import { sampleRows, takeRows } from '../sampling.ts';
import type { Scaling, ScalingOptions } from '../scaling.ts';
import { gapOf, ReferenceSets } from './gap.ts';
import { kmeans } from './kmeans.ts';
import { calinskiHarabaszOf, daviesBouldinOf } from './quality/criteria.ts';
import { dispersions } from './quality/dispersion.ts';
import { labelledRows, qualityScaling } from './quality/labelling.ts';
import { silhouette } from './quality/silhouette.ts';
import { type KCandidate, type KMethod, type KReason, kMethods, recommend } from './recommend-k.ts';

export interface ChooseKOptions extends ScalingOptions, ThreadingOptions {
  /** Fewest clusters to try. Default 2, for `gap` 1: it alone can say that there are none. */
  readonly from?: number | undefined;
  /** Most clusters to try. Default 10. */
  readonly to?: number | undefined;
  /** What decides. Default `silhouette`. */
  readonly method?: KMethod | undefined;
  /** Rows to try it on, drawn by the seed where there are more. Default 10,000. */
  readonly rows?: number | undefined;
  /** Sets without clusters for the gap statistic; each costs as many fits as the data. Default 10; 0 leaves it out. */
  readonly references?: number | undefined;
  /** Starts of each fit. Default 3. */
  readonly initializations?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** After each fit. */
  readonly onProgress?: ((progress: ChooseKProgress) => void) | undefined;
}

export interface ChooseKProgress {
  readonly k: number;
  /** Fits so far, and in all. */
  readonly fits: number;
  readonly allFits: number;
}

export interface ChosenK {
  readonly k: number;
  readonly method: KMethod;
  readonly reason: KReason;
  readonly candidates: readonly KCandidate[];
  /** Rows that it was tried on. */
  readonly rows: number;
}

/** Of `rows` the silhouettes of so many are worked out: enough for a standard error of about 0.005. */
const silhouetteRows = 2500;

/**
 * How many clusters K-Means should look for: fits each number, and judges it by the mean silhouette, Davies–Bouldin,
 * Caliński–Harabasz and the gap statistic. `reason` says why the chosen one was, and how clear it is.
 * @throws EngineError (as a rejection) `engine_option_invalid`, `engine_k_too_large` (`to` must be less than the rows),
 *   `engine_matrix_constant`, and those of `kmeans`
 */
export async function chooseK(matrix: FeatureMatrix, options: ChooseKOptions = {}): Promise<ChosenK> {
  const settings = check(matrix, options);
  const { from, to, method, references } = settings;
  const random = seededRandom(settings.seed);
  throwIfAborted(options.signal);
  const breathe = createBreather(options.signal);
  const sample =
    settings.rows < matrix.rowCount
      ? takeRows(matrix, sampleRows(matrix.rowCount, settings.rows, random))
      : matrix;
  await qualityScaling(sample, {}, breathe);

  const allFits = (to - from + 1) * (1 + references);
  let fits = 0;
  const fit = async (rows: FeatureMatrix, k: number, scaled: ScalingOptions) => {
    const { device, threads, pool, workerUrl, signal, onNotice } = options;
    const run = { device, threads, pool, workerUrl, signal, onNotice };
    const { initializations, seed } = settings;
    const result = await kmeans(rows, { ...run, ...scaled, k, initializations, seed });
    // Fits may be too short to give other work a turn by themselves.
    await breathe();
    fits++;
    options.onProgress?.({ k, fits, allFits });
    return result;
  };

  const judged: KCandidate[] = [];
  let sets: ReferenceSets | undefined;
  for (let k = from; k <= to; k++) {
    const { model, labels } = await fit(sample, k, {
      scaling: options.scaling,
      transform: options.transform,
    });
    const base = { k, inertia: model.inertia, smallest: Math.min(...model.sizes), gap: null, gapError: null };
    judged.push({
      ...base,
      ...(await judge(sample, labels, k, model.scaling, settings.seed, breathe, options.signal)),
    });
    if (references > 0) sets ??= await ReferenceSets.around(sample, model.scaling, breathe);
  }
  const inertias = judged.map((): number[] => []);
  for (let set = 0; sets && set < references; set++) {
    const rows = await sets.draw(random, breathe);
    for (let k = from; k <= to; k++) {
      const { model } = await fit(rows, k, { scaling: 'none' });
      inertias[k - from]?.push(model.inertia);
    }
  }
  const candidates = judged.map((candidate, i): KCandidate => {
    const found = gapOf(candidate.inertia, inertias[i] ?? []);
    return { ...candidate, gap: found?.gap ?? null, gapError: found?.standardError ?? null };
  });
  const { k, reason } = recommend(candidates, method);
  return {
    k,
    method,
    reason,
    candidates: candidates.map((candidate) => ({
      ...candidate,
      daviesBouldin: finite(candidate.daviesBouldin),
      calinskiHarabasz: finite(candidate.calinskiHarabasz),
    })),
    rows: sample.rowCount,
  };
}

type Judgement = Pick<KCandidate, 'silhouette' | 'silhouetteError' | 'daviesBouldin' | 'calinskiHarabasz'>;

async function judge(
  matrix: FeatureMatrix,
  labels: Int32Array,
  k: number,
  scaling: Scaling,
  seed: number,
  breathe: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Judgement> {
  if (k === 1) {
    return { silhouette: null, silhouetteError: null, daviesBouldin: null, calinskiHarabasz: null };
  }
  const { members } = await labelledRows(matrix.rowCount, labels, breathe);
  const clusters = await dispersions(matrix, scaling, members, breathe);
  const width = await silhouette(matrix, labels, { scaling, seed, signal, sample: silhouetteRows });
  return {
    silhouette: width.mean,
    silhouetteError: width.standardError,
    daviesBouldin: await daviesBouldinOf(clusters, breathe),
    calinskiHarabasz: calinskiHarabaszOf(clusters),
  };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function check(
  matrix: FeatureMatrix,
  options: ChooseKOptions,
): {
  from: number;
  to: number;
  method: KMethod;
  rows: number;
  references: number;
  initializations: number;
  seed: number;
} {
  const { method = 'silhouette', references = 10, initializations = 3 } = options;
  choiceOption('method', method, kMethods);
  const from = wholeOption('from', options.from ?? (method === 'gap' ? 1 : 2), method === 'gap' ? 1 : 2);
  const to = wholeOption('to', options.to ?? Math.max(10, from), from);
  const rows = Math.min(wholeOption('rows', options.rows ?? 10_000, 2), matrix.rowCount);
  if (method === 'gap' && references === 0)
    throw invalidOption('references', 'must be at least 1 for the gap');
  if (to >= rows) {
    throw new EngineError('engine_k_too_large', `${to} clusters are to be tried on ${rows} rows.`, {
      details: { k: to, rows },
    });
  }
  return {
    from,
    to,
    method,
    rows,
    references: wholeOption('references', references, 0),
    initializations: wholeOption('initializations', initializations, 1),
    seed: seedOption(options.seed ?? 1),
  };
}
