import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import { FeatureMatrix } from '../matrix.ts';
import { type Random, seededRandom } from '../random.ts';
import { fillBins } from '../scoring/bins.ts';
import { takeColumns } from '../scoring/sample.ts';
import { inSlices } from '../scoring/slices.ts';
import { holdOut } from './hold-out.ts';
import { evaluateRule, type Rule } from './rule.ts';
import { type RuleProblem, searchRule } from './rule-search.ts';
import { ruleThresholds } from './thresholds.ts';

export interface ClusterRuleOptions {
  /** Most conditions in a part of a rule, 1 to 4. Default 3. */
  readonly maxConditions?: number | undefined;
  /** Most parts, of which any may hold, 1 to 3. Default 2. */
  readonly maxRules?: number | undefined;
  /** Share of each cluster's rows that rules are judged by and not learned from. Default 0.3. */
  readonly heldOut?: number | undefined;
  /** A 32-bit integer; the same seed gives the same rules. Default 1. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `done` of `clusters` have their rule. */
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly clusters: number }) => void)
    | undefined;
}

export interface Fidelity {
  /** Of the rows for which the rule holds, the share that is of the cluster; 0 when it holds for none. */
  readonly precision: number;
  /** Of the cluster's rows, the share for which it holds. */
  readonly recall: number;
  /** Their harmonic mean. */
  readonly f1: number;
}

export interface ClusterRule extends Rule {
  readonly cluster: number;
  /** On rows that it was not learned from. */
  readonly fidelity: Fidelity;
  /** Share of the held-out rows for which it holds. */
  readonly coverage: number;
  /** What a rule that takes everyone would have reached: its precision is the cluster's share. */
  readonly baseline: Fidelity;
  readonly heldOutRows: number;
  /** Held-out rows of the cluster; below some tens the figures are rough. */
  readonly heldOutMembers: number;
}

/** Rows on which thresholds are found; the cluster's own and other rows on which rules are sought. */
const thresholdRows = 32_768;
const memberRows = 4096;
const otherRows = 8192;

/** A cluster of fewer rows to learn from gets no rule. */
const leastMembers = 10;

/**
 * A short rule for each cluster, in the features' own units and with numbers that are easy to read, and how well it
 * stands for the cluster, measured on rows that it was not learned from. A condition on a missing value does not hold. A
 * cluster that is too small (fewer than 10 rows to learn from), or has no value at all, gets a rule that holds for nobody: `any` is empty.
 * @param labels a cluster for each row, 0 or more; −1 is none, whose rows a rule should leave out
 * @returns one for each cluster that has rows, ascending
 * @throws EngineError (as a rejection) `engine_labels_mismatch`, `engine_labels_invalid`, `engine_option_invalid`,
 *   `engine_aborted`
 */
export async function clusterRules(
  matrix: FeatureMatrix,
  labels: ArrayLike<number>,
  options: ClusterRuleOptions = {},
): Promise<ClusterRule[]> {
  const { maxConditions, maxRules, share, seed } = check(options);
  const breathe = createBreather(options.signal);
  const own = await checkLabels(labels, matrix.rowCount, breathe);
  const { learn, held, found } = await holdOut(own, share, seed, breathe);
  // Another stream than the one that held rows out: the draws are not to follow it.
  const random = seededRandom(seed + 1);
  const sorted = await sortColumns(
    matrix,
    await draw(learn, () => true, thresholdRows, random, breathe),
    breathe,
  );
  const judged = FeatureMatrix.fromColumns(matrix.names, await takeColumns(matrix.columns(), held, breathe));
  const heldLabels = new Int32Array(held.length);
  await inSlices(held.length, breathe, (start, end) => {
    for (let i = start; i < end; i++) heldLabels[i] = own[held[i] ?? 0] ?? -1;
  });
  const clusters = found.filter((label) => label >= 0);
  const rules: ClusterRule[] = [];
  for (const cluster of clusters) {
    const isMember = (row: number): boolean => own[row] === cluster;
    const members = await draw(learn, isMember, memberRows, random, breathe);
    const others = await draw(learn, (row) => !isMember(row), otherRows, random, breathe);
    const learning = { maxConditions, maxRules, breathe };
    const rule =
      members.rows.length < leastMembers
        ? { any: [] }
        : await learnRule(matrix, sorted, members, others, learning);
    rules.push({ cluster, any: rule.any, ...judge(rule, judged, heldLabels, cluster) });
    options.onProgress?.({ done: rules.length, clusters: clusters.length });
    await breathe();
  }
  return rules;
}

interface Learning {
  readonly maxConditions: number;
  readonly maxRules: number;
  readonly breathe: () => Promise<void>;
}

async function learnRule(
  matrix: FeatureMatrix,
  sorted: readonly Float32Array[],
  members: Draw,
  others: Draw,
  { maxConditions, maxRules, breathe }: Learning,
): Promise<Rule> {
  const mine = members.rows.length;
  const rows = new Uint32Array(mine + others.rows.length);
  rows.set(members.rows);
  rows.set(others.rows, mine);
  const mass = members.rows.length * members.weight;
  const share = mass / (mass + others.rows.length * others.weight);
  const thresholds: number[][] = [];
  const bins: Uint8Array[] = [];
  for (const [j, column] of matrix.columns().entries()) {
    const values = Float32Array.from(rows, (row) => column[row] ?? Number.NaN);
    const known = values
      .subarray(0, mine)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const cuts = ruleThresholds(sorted[j] ?? new Float32Array(0), known, share);
    const binned = new Uint8Array(rows.length);
    fillBins(values, Float32Array.from(cuts), binned);
    thresholds.push(cuts);
    bins.push(binned);
    await breathe();
  }
  const problem: RuleProblem = {
    bins,
    thresholds,
    isMember: new Uint8Array(rows.length).fill(1, 0, mine),
    memberWeight: members.weight,
    otherWeight: others.weight,
  };
  const found = await searchRule(problem, maxConditions, maxRules, breathe);
  return {
    any: found.map((part) => ({
      all: [...part]
        .sort((a, b) => a.feature - b.feature || (a.op < b.op ? -1 : 1))
        .map(({ feature, op, threshold }) => ({
          feature: matrix.names[feature] ?? '',
          op,
          value: thresholds[feature]?.[threshold] ?? 0,
        })),
    })),
  };
}

function judge(
  rule: Rule,
  held: FeatureMatrix,
  heldLabels: Int32Array,
  cluster: number,
): Omit<ClusterRule, 'cluster' | 'any'> {
  const holds = evaluateRule(rule, held);
  let matched = 0;
  let members = 0;
  let hits = 0;
  holds.forEach((hold, i) => {
    const isMember = heldLabels[i] === cluster ? 1 : 0;
    matched += hold;
    members += isMember;
    hits += hold * isMember;
  });
  const rows = holds.length;
  return {
    fidelity: fidelityOf(hits, matched, members),
    coverage: rows > 0 ? matched / rows : 0,
    baseline: fidelityOf(members, rows, members),
    heldOutRows: rows,
    heldOutMembers: members,
  };
}

function fidelityOf(hits: number, matched: number, members: number): Fidelity {
  return {
    precision: matched > 0 ? hits / matched : 0,
    recall: members > 0 ? hits / members : 0,
    f1: matched + members > 0 ? (2 * hits) / (matched + members) : 0,
  };
}

async function sortColumns(
  matrix: FeatureMatrix,
  { rows }: Draw,
  breathe: () => Promise<void>,
): Promise<Float32Array[]> {
  const sorted: Float32Array[] = [];
  for (const column of matrix.columns()) {
    const values = Float32Array.from(rows, (row) => column[row] ?? Number.NaN);
    sorted.push(values.filter((value) => !Number.isNaN(value)).sort());
    await breathe();
  }
  return sorted;
}

interface Draw {
  readonly rows: Uint32Array;
  /** How many rows each of them stands for. */
  readonly weight: number;
}

/** At most `most` of the rows that are wanted: one of each of equal stretches. */
async function draw(
  rows: Uint32Array,
  isWanted: (row: number) => boolean,
  most: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<Draw> {
  const wanted = new Uint32Array(rows.length);
  let count = 0;
  await inSlices(rows.length, breathe, (start, end) => {
    for (let i = start; i < end; i++) {
      const row = rows[i] ?? 0;
      if (isWanted(row)) wanted[count++] = row;
    }
  });
  if (count <= most) return { rows: wanted.slice(0, count), weight: 1 };
  const stretch = count / most;
  const drawn = new Uint32Array(most);
  for (let i = 0; i < most; i++) drawn[i] = wanted[Math.floor((i + random()) * stretch)] ?? 0;
  return { rows: drawn, weight: stretch };
}

async function checkLabels(
  labels: ArrayLike<number>,
  rowCount: number,
  breathe: () => Promise<void>,
): Promise<Int32Array> {
  if (labels.length !== rowCount) {
    throw new EngineError('engine_labels_mismatch', `${labels.length} labels for ${rowCount} rows.`);
  }
  const checked = new Int32Array(rowCount);
  await inSlices(rowCount, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      const label = labels[row] ?? Number.NaN;
      if (!Number.isInteger(label) || label < -1 || label > 0x7fffffff) {
        throw new EngineError(
          'engine_labels_invalid',
          `Row ${row} has label ${label}; it must be a whole number from -1 on.`,
          { details: { row, label } },
        );
      }
      checked[row] = label;
    }
  });
  return checked;
}

function check(options: ClusterRuleOptions): {
  maxConditions: number;
  maxRules: number;
  share: number;
  seed: number;
} {
  const { maxConditions = 3, maxRules = 2, heldOut = 0.3, seed = 1 } = options;
  if (!Number.isInteger(maxConditions) || maxConditions < 1 || maxConditions > 4) {
    throw wrong('maxConditions', 'must be a whole number from 1 to 4');
  }
  if (!Number.isInteger(maxRules) || maxRules < 1 || maxRules > 3) {
    throw wrong('maxRules', 'must be a whole number from 1 to 3');
  }
  if (!(heldOut > 0 && heldOut < 1)) throw wrong('heldOut', 'must be above 0 and below 1');
  if ((seed | 0) !== seed && seed >>> 0 !== seed) throw wrong('seed', 'must be a 32-bit integer');
  return { maxConditions, maxRules, share: heldOut, seed };
}

function wrong(option: string, what: string): EngineError {
  return new EngineError('engine_option_invalid', `${option} ${what}.`, { details: { option } });
}
