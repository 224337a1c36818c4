import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { choiceOption, invalidOption } from '../options.ts';
import { interpolate, ranksInTurns } from '../order-statistics.ts';
import { groupOf, levelOf, rfmGroups, valueLevelOf } from './rfm-groups.ts';
import {
  codeBase,
  isQuantiles,
  mostQuantiles,
  type RfmAxis,
  type RfmAxisName,
  type RfmModel,
  rfmAxes,
} from './rfm-model.ts';

type PerAxis<T> = Partial<Record<RfmAxisName, T | undefined>>;

export interface RfmOptions {
  /** Names of the columns. Default `recency`, `frequency` and `monetary`. */
  readonly columns?: PerAxis<string> | undefined;
  /** How many scores there are: for all axes, or by axis. 2 to 999; default 5. */
  readonly quantiles?: number | PerAxis<number> | undefined;
  /** What counts how much in `rfm_score`. Default 1 each. */
  readonly weights?: PerAxis<number> | undefined;
  /**
   * `lower`: recency is a time since (days since the last bet), the default. `higher`: it is a date, or a number
   * like one.
   */
  readonly recencyBetter?: RfmAxis['better'] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RfmResult {
  readonly model: RfmModel;
  readonly validation: RfmValidation;
}

/** What the cut points make of the players that they came from. */
export interface RfmValidation {
  readonly players: number;
  /** Players by score, from 1 on; they are unequal where many players have the same value. */
  readonly recency: AxisValidation;
  readonly frequency: AxisValidation;
  readonly monetary: AxisValidation;
  readonly groups: readonly { readonly group: string; readonly players: number }[];
}

export interface AxisValidation {
  readonly players: readonly number[];
  /** Among those of score 1. */
  readonly missing: number;
}

/**
 * Cut points for recency, frequency and monetary value (Hughes 1994, "Strategic database marketing") at the quantiles of
 * the columns, missing values aside.
 * @throws EngineError (as a rejection) `engine_option_invalid`, `engine_feature_missing`, `engine_matrix_shape` (a column
 *   without a value), `engine_aborted`
 */
export async function fitRfm(matrix: FeatureMatrix, options: RfmOptions = {}): Promise<RfmResult> {
  const breathe = createBreather(options.signal);
  const features = rfmAxes.map((axis) => options.columns?.[axis] ?? axis);
  const selected = matrix.select(features);
  const axes: RfmAxis[] = [];
  for (const [j, axis] of rfmAxes.entries()) {
    axes.push(await fitAxis(selected, j, axis, options, breathe));
  }
  const [recency, frequency, monetary] = axes;
  if (!recency || !frequency || !monetary) throw new Error('There are three axes.');
  if (!(recency.weight + frequency.weight + monetary.weight > 0))
    throw invalidOption('weights', 'must not all be 0');
  const model: RfmModel = {
    algorithm: 'rfm',
    version: 1,
    features,
    recency,
    frequency,
    monetary,
    groups: rfmGroups,
  };
  return { model, validation: await validate(model, selected, options.signal) };
}

async function fitAxis(
  selected: FeatureMatrix,
  index: number,
  axis: RfmAxisName,
  options: RfmOptions,
  breathe: () => Promise<void>,
): Promise<RfmAxis> {
  const feature = selected.names[index] ?? axis;
  const wanted = typeof options.quantiles === 'number' ? options.quantiles : (options.quantiles?.[axis] ?? 5);
  if (!isQuantiles(wanted)) throw invalidOption(`quantiles.${axis}`, `must be 2 to ${mostQuantiles}`);
  const weight = options.weights?.[axis] ?? 1;
  if (!(weight >= 0 && Number.isFinite(weight)))
    throw invalidOption(`weights.${axis}`, 'must not be below 0');
  const fractions = Array.from({ length: wanted - 1 }, (_, i) => (i + 1) / wanted);
  const ranks = await ranksInTurns(selected.column(index), breathe);
  const cuts = interpolate(ranks, fractions).map((cut) => Math.fround(cut) + 0);
  if (cuts.some(Number.isNaN)) {
    throw new EngineError('engine_matrix_shape', `Column "${feature}" has no value.`, {
      details: { feature },
    });
  }
  const better =
    axis === 'recency'
      ? choiceOption('recencyBetter', options.recencyBetter ?? 'lower', ['higher', 'lower'])
      : 'higher';
  return { feature, quantiles: wanted, better, cuts, weight };
}

/** Columns, one value a row. */
export interface RfmScores {
  readonly recency: Int32Array;
  readonly frequency: Int32Array;
  readonly monetary: Int32Array;
  /** The three scores as digits: 545; with 10 to 99 quantiles on an axis two digits each: 100410. */
  readonly code: Int32Array;
  /** Weighted mean of the scores, each from 0 (the lowest) to 1 (the highest). */
  readonly score: Float32Array;
  /** A number in the model's `groups`. */
  readonly group: Int32Array;
}

/** Rows between two turns of the event loop: a few milliseconds. */
const sliceRows = 32768;

/**
 * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_aborted`
 */
export async function rfmScores(
  model: RfmModel,
  matrix: FeatureMatrix,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RfmScores> {
  const breathe = createBreather(options.signal);
  const selected = matrix.select(model.features);
  const [recency, frequency, monetary] = await Promise.all(
    rfmAxes.map((axis, j) => axisScores(model[axis], selected.column(j), breathe)),
  );
  if (!recency || !frequency || !monetary) throw new Error('There are three axes.');
  const base = codeBase(model);
  const shares = scoreShares(model);
  const levels = rfmAxes.map((axis) =>
    Int32Array.from({ length: model[axis].quantiles + 1 }, (_, score) =>
      levelOf(Math.max(1, score), model[axis].quantiles),
    ),
  );
  const groups = groupTable(model);
  const rows = matrix.rowCount;
  const [code, score, group] = [new Int32Array(rows), new Float32Array(rows), new Int32Array(rows)];
  for (let i = 0; i < rows; i++) {
    if (i % sliceRows === 0) await breathe();
    const [r, f, m] = [recency[i] ?? 1, frequency[i] ?? 1, monetary[i] ?? 1];
    code[i] = (r * base + f) * base + m;
    score[i] = (r - 1) * (shares[0] ?? 0) + (f - 1) * (shares[1] ?? 0) + (m - 1) * (shares[2] ?? 0);
    const place = ((levels[0]?.[r] ?? 1) * 5 + (levels[1]?.[f] ?? 1)) * 5 + (levels[2]?.[m] ?? 1) - 31;
    group[i] = groups[place] ?? 0;
  }
  return { recency, frequency, monetary, code, score, group };
}

/** The group at 25·recency + 5·frequency + monetary, the levels counted from 0. */
export function groupTable(model: RfmModel): Int32Array {
  return Int32Array.from({ length: 125 }, (_, place) => {
    const [f, m] = [1 + (Math.floor(place / 5) % 5), 1 + (place % 5)];
    const value = valueLevelOf(f, m, model.frequency.weight, model.monetary.weight);
    return groupOf(1 + Math.floor(place / 25), value);
  });
}

/** What one score more on each axis adds to `score`. */
export function scoreShares(model: RfmModel): number[] {
  const sum = rfmAxes.reduce((all, axis) => all + model[axis].weight, 0);
  return rfmAxes.map((axis) => model[axis].weight / sum / (model[axis].quantiles - 1));
}

async function axisScores(
  { cuts, better }: RfmAxis,
  column: Float32Array,
  breathe: () => Promise<void>,
): Promise<Int32Array> {
  const sorted = Float64Array.from(cuts);
  const scores = new Int32Array(column.length).fill(1);
  for (let i = 0; i < column.length; i++) {
    if (i % sliceRows === 0) await breathe();
    const value = column[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const above = countBelow(sorted, value);
    scores[i] = 1 + (better === 'higher' ? above : sorted.length - above);
  }
  return scores;
}

/** How many entries of an ascending list are below a value. */
function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function validate(
  model: RfmModel,
  selected: FeatureMatrix,
  signal: AbortSignal | undefined,
): Promise<RfmValidation> {
  const breathe = createBreather(signal);
  const scores = await rfmScores(model, selected, { signal });
  const axis = async (name: RfmAxisName): Promise<AxisValidation> => {
    await breathe();
    const players = countEach(scores[name], model[name].quantiles + 1).slice(1);
    const values = selected.column(rfmAxes.indexOf(name));
    await breathe();
    return { players, missing: values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0) };
  };
  const members = countEach(scores.group, model.groups.length);
  return {
    players: selected.rowCount,
    recency: await axis('recency'),
    frequency: await axis('frequency'),
    monetary: await axis('monetary'),
    groups: model.groups.map((group, i) => ({ group, players: members[i] ?? 0 })),
  };
}

function countEach(values: Int32Array, kinds: number): number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
