import { EngineError } from '../errors.ts';
import { type Random, seededRandom } from '../random.ts';
import type { BinnedMatrix } from './bins.ts';
import { type GrowthLimits, TreeGrower } from './grow-tree.ts';
import type { Sample } from './sample.ts';
import { inSlices, rowNumbers } from './slices.ts';
import { addTree, type CompiledTree, compileTree, deepest, rowMajor, type Tree } from './tree.ts';

export interface BoostingOptions {
  /** Default 300; early stopping mostly ends it sooner. */
  readonly maxTrees?: number | undefined;
  /** Default 0.1. */
  readonly learningRate?: number | undefined;
  /** Leaves of a tree. Default 31. */
  readonly maxLeaves?: number | undefined;
  /** Splits above a leaf. Default 8. */
  readonly maxDepth?: number | undefined;
  /** Least sum of second derivatives, weight · p · (1 − p), in a leaf. Default 5: at least 20 rows. */
  readonly minChildWeight?: number | undefined;
  /** On the leaves' values. Default 1. */
  readonly l2?: number | undefined;
  /** A split that lowers the loss by less is not made. Default 0. */
  readonly minGain?: number | undefined;
  /** Share of the rows that a tree sees, drawn anew for each. Default 1. */
  readonly rowSample?: number | undefined;
  /** Share of the columns that a tree may ask for, drawn anew for each. Default 1. */
  readonly columnSample?: number | undefined;
  /** Trees without progress on the stopping rows before it ends; those are then dropped. Default 20. */
  readonly patience?: number | undefined;
}

export interface BoostedTrees {
  /** Log-odds before any tree. */
  readonly base: number;
  readonly trees: readonly Tree[];
  /** What each feature's splits lowered the training loss by, over the kept trees. */
  readonly gains: Float64Array;
  /** Mean log loss on the stopping rows after each tree that was grown; empty without such rows. */
  readonly stoppingLosses: readonly number[];
}

export type CheckedBoosting = { readonly [K in keyof BoostingOptions]-?: number };

/** @throws EngineError `engine_option_invalid` */
export function checkBoosting(options: BoostingOptions = {}): CheckedBoosting {
  const checked: CheckedBoosting = {
    maxTrees: options.maxTrees ?? 300,
    learningRate: options.learningRate ?? 0.1,
    maxLeaves: options.maxLeaves ?? 31,
    maxDepth: options.maxDepth ?? 8,
    minChildWeight: options.minChildWeight ?? 5,
    l2: options.l2 ?? 1,
    minGain: options.minGain ?? 0,
    rowSample: options.rowSample ?? 1,
    columnSample: options.columnSample ?? 1,
    patience: options.patience ?? 20,
  };
  const whole = (option: keyof CheckedBoosting, least: number, most: number): void => {
    const value = checked[option];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw wrong(option, `must be a whole number from ${least} to ${most}`);
    }
  };
  const within = (option: keyof CheckedBoosting, isFine: boolean, what: string): void => {
    if (!isFine || !Number.isFinite(checked[option])) throw wrong(option, what);
  };
  whole('maxTrees', 1, 10_000);
  whole('maxLeaves', 2, 1024);
  whole('maxDepth', 1, deepest);
  whole('patience', 1, 10_000);
  within('learningRate', checked.learningRate > 0 && checked.learningRate <= 1, 'must be above 0, at most 1');
  within('minChildWeight', checked.minChildWeight > 0, 'must be above 0');
  within('l2', checked.l2 >= 0, 'must not be negative');
  within('minGain', checked.minGain >= 0, 'must not be negative');
  within('rowSample', checked.rowSample > 0 && checked.rowSample <= 1, 'must be above 0, at most 1');
  within('columnSample', checked.columnSample > 0 && checked.columnSample <= 1, 'must be above 0, at most 1');
  return checked;
}

function wrong(option: string, what: string): EngineError {
  return new EngineError('engine_option_invalid', `${option} ${what}.`, { details: { option } });
}

/**
 * Gradient boosting of the log loss by Newton steps (Friedman 2001, "Greedy function approximation"; Chen & Guestrin
 * 2016, "XGBoost") over histograms of binned columns (Ke et al. 2017, "LightGBM"). The same seed gives the same trees.
 * @param data the training rows, binned
 * @param stopping may have no rows; then all `maxTrees` are grown
 * @throws EngineError (as a rejection) `engine_aborted`
 */
export async function boostTrees(
  train: Sample,
  data: BinnedMatrix,
  stopping: Sample,
  options: CheckedBoosting,
  seed: number,
  breathe: () => Promise<void>,
  onTree: (trees: number, loss: number | null) => void,
): Promise<BoostedTrees> {
  const limits: GrowthLimits = options;
  const random = seededRandom(seed);
  const grower = new TreeGrower(data, limits, breathe);
  const base = Math.fround(logOdds(train));
  const n = data.rowCount;
  const margins = new Float64Array(n).fill(base);
  const gradients = new Float32Array(n);
  const hessians = new Float32Array(n);
  const stoppingMargins = new Float64Array(stopping.labels.length).fill(base);
  const watched = await growing(stopping.columns, stoppingMargins, breathe);
  // Rows that a tree did not see are no part of its leaves' stretches.
  const sampled = options.rowSample < 1 ? await growing(train.columns, margins, breathe) : undefined;
  const columns = [...data.edges.keys()].filter((j) => canSplit(data, j));
  const grown: { readonly tree: Tree; readonly gains: ReadonlyMap<number, number> }[] = [];
  const stoppingLosses: number[] = [];
  let bestLoss = logLoss(stopping, stoppingMargins);
  let kept = 0;

  while (columns.length > 0 && grown.length < options.maxTrees) {
    await inSlices(n, breathe, (start, end) =>
      differentiate(train, margins, gradients, hessians, start, end),
    );
    const rows = drawRows(n, options.rowSample, random);
    const drawn = drawColumns(columns, options.columnSample, random);
    const { tree, leaves, gains } = await grower.grow({ rows, columns: drawn, gradients, hessians });
    // Nothing is left to learn; with other columns there may be.
    if (tree.feature.length === 1 && drawn.length === columns.length && options.rowSample === 1) break;
    grown.push({ tree, gains });
    const compiled = compileTree(tree);
    if (sampled) {
      await addToMargins(compiled, sampled, breathe);
    } else {
      for (const { start, end, value } of leaves) {
        await inSlices(end - start, breathe, (from, to) => {
          for (let i = start + from; i < start + to; i++) {
            const row = rows[i] ?? 0;
            margins[row] = (margins[row] ?? 0) + value;
          }
        });
      }
    }
    if (stopping.labels.length === 0) {
      kept = grown.length;
      onTree(grown.length, null);
      continue;
    }
    await addToMargins(compiled, watched, breathe);
    const loss = logLoss(stopping, stoppingMargins);
    stoppingLosses.push(loss);
    onTree(grown.length, loss);
    if (loss < bestLoss) {
      bestLoss = loss;
      kept = grown.length;
    }
    if (grown.length - kept >= options.patience) break;
  }

  const gains = new Float64Array(data.edges.length);
  const trees = grown.slice(0, kept);
  for (const one of trees) for (const [j, gain] of one.gains) gains[j] = (gains[j] ?? 0) + gain;
  return { base, trees: trees.map(({ tree }) => tree), gains, stoppingLosses };
}

/** A column with one bin may still say something by where it is missing. */
function canSplit(data: BinnedMatrix, j: number): boolean {
  const bins = data.bins[j];
  return bins?.some((bin) => bin !== bins[0]) ?? false;
}

function logOdds({ labels, weights }: Sample): number {
  let positive = 0;
  let all = 0;
  for (let i = 0; i < labels.length; i++) {
    all += weights[i] ?? 0;
    if (labels[i] === 1) positive += weights[i] ?? 0;
  }
  const share = Math.min(1 - 1e-6, Math.max(1e-6, positive / all));
  return Math.log(share / (1 - share));
}

function differentiate(
  { labels, weights }: Sample,
  margins: Float64Array,
  gradients: Float32Array,
  hessians: Float32Array,
  start: number,
  end: number,
): void {
  for (let i = start; i < end; i++) {
    const probability = 1 / (1 + Math.exp(-(margins[i] ?? 0)));
    const weight = weights[i] ?? 0;
    gradients[i] = weight * (probability - (labels[i] ?? 0));
    // Not 0, however sure: a leaf of such rows still has to have a finite value.
    hessians[i] = weight * Math.max(probability * (1 - probability), 1e-16);
  }
}

/** Mean over the weights; infinite where there is no row, so that anything is better. */
function logLoss({ labels, weights }: Sample, margins: Float64Array): number {
  let sum = 0;
  let all = 0;
  for (let i = 0; i < labels.length; i++) {
    const margin = labels[i] === 1 ? -(margins[i] ?? 0) : (margins[i] ?? 0);
    const weight = weights[i] ?? 0;
    sum += weight * (margin > 30 ? margin : Math.log1p(Math.exp(margin)));
    all += weight;
  }
  return all > 0 ? sum / all : Number.POSITIVE_INFINITY;
}

function drawRows(n: number, share: number, random: Random): Uint32Array {
  if (share === 1) return rowNumbers(n);
  const wanted = Math.max(1, Math.round(n * share));
  const rows = new Uint32Array(wanted);
  // Selection sampling (Knuth, TAOCP vol. 2, algorithm S): exactly as many, in order.
  let found = 0;
  for (let i = 0; found < wanted; i++) if (random() * (n - i) < wanted - found) rows[found++] = i;
  return rows;
}

function drawColumns(columns: readonly number[], share: number, random: Random): readonly number[] {
  if (share === 1) return columns;
  const wanted = Math.max(1, Math.round(columns.length * share));
  return columns
    .map((column) => ({ column, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, wanted)
    .map(({ column }) => column)
    .sort((a, b) => a - b);
}

/** Rows to which trees are added one at a time. */
interface Growing {
  /** Row after row. */
  readonly values: Float32Array;
  readonly width: number;
  readonly margins: Float64Array;
}

async function addToMargins(
  tree: CompiledTree,
  { values, width, margins }: Growing,
  breathe: () => Promise<void>,
): Promise<void> {
  await inSlices(margins.length, breathe, (start, end) =>
    addTree(tree, values.subarray(start * width, end * width), width, margins.subarray(start, end)),
  );
}

async function growing(
  columns: readonly Float32Array[],
  margins: Float64Array,
  breathe: () => Promise<void>,
): Promise<Growing> {
  const width = columns.length;
  const values = new Float32Array(margins.length * width);
  await inSlices(margins.length, breathe, (start, end) => {
    rowMajor(columns, start, end, values.subarray(start * width, end * width));
  });
  return { values, width, margins };
}
