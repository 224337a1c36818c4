import { createBreather } from '../breathe.ts';
import { EngineError } from '../errors.ts';
import { FeatureMatrix } from '../matrix.ts';
import { type Random, seededRandom } from '../random.ts';
import { fillBins } from '../scoring/bins.ts';
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
  const own = checkLabels(labels, matrix.rowCount);
  const breathe = createBreather(options.signal);
  await breathe();
  const { learn, held } = await holdOut(own, share, seed, breathe);
  const random = seededRandom(seed);
  const sorted = await sortColumns(matrix, draw(learn, thresholdRows, random), breathe);
  const judged = takeRows(matrix, held);
  const clusters = [...new Set(own)].filter((label) => label >= 0).sort((a, b) => a - b);
  const rules: ClusterRule[] = [];
  for (const cluster of clusters) {
    const members = learn.filter((row) => own[row] === cluster);
    const others = learn.filter((row) => own[row] !== cluster);
    await breathe();
    const rule =
      members.length < leastMembers
        ? { any: [] }
        : await learnRule(matrix, sorted, members, others, { maxConditions, maxRules, random, breathe });
    const isMember = Uint8Array.from(held, (row) => (own[row] === cluster ? 1 : 0));
    rules.push({ cluster, any: rule.any, ...judge(rule, judged, isMember) });
    options.onProgress?.({ done: rules.length, clusters: clusters.length });
    await breathe();
  }
  return rules;
}

interface Learning {
  readonly maxConditions: number;
  readonly maxRules: number;
  readonly random: Random;
  readonly breathe: () => Promise<void>;
}

async function learnRule(
  matrix: FeatureMatrix,
  sorted: readonly Float32Array[],
  members: Uint32Array,
  others: Uint32Array,
  { maxConditions, maxRules, random, breathe }: Learning,
): Promise<Rule> {
  const mine = draw(members, memberRows, random);
  const theirs = draw(others, otherRows, random);
  const rows = new Uint32Array(mine.length + theirs.length);
  rows.set(mine);
  rows.set(theirs, mine.length);
  const thresholds: number[][] = [];
  const bins: Uint8Array[] = [];
  for (const [j, column] of matrix.columns().entries()) {
    const values = Float32Array.from(rows, (row) => column[row] ?? Number.NaN);
    const known = values
      .subarray(0, mine.length)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const cuts = ruleThresholds(sorted[j] ?? new Float32Array(0), known);
    const binned = new Uint8Array(rows.length);
    fillBins(values, Float32Array.from(cuts), binned);
    thresholds.push(cuts);
    bins.push(binned);
    await breathe();
  }
  const problem: RuleProblem = {
    bins,
    thresholds: thresholds.map((cuts) => cuts.length),
    isMember: new Uint8Array(rows.length).fill(1, 0, mine.length),
    memberWeight: members.length / Math.max(1, mine.length),
    otherWeight: others.length / Math.max(1, theirs.length),
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

function judge(rule: Rule, held: FeatureMatrix, isMember: Uint8Array): Omit<ClusterRule, 'cluster' | 'any'> {
  const holds = evaluateRule(rule, held);
  let matched = 0;
  let members = 0;
  let hits = 0;
  holds.forEach((hold, i) => {
    matched += hold;
    members += isMember[i] ?? 0;
    hits += hold * (isMember[i] ?? 0);
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
  rows: Uint32Array,
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

/** At most `most` of the rows: one of each of equal stretches. */
function draw(rows: Uint32Array, most: number, random: Random): Uint32Array {
  if (rows.length <= most) return rows;
  const stretch = rows.length / most;
  const drawn = new Uint32Array(most);
  for (let i = 0; i < most; i++) drawn[i] = rows[Math.floor((i + random()) * stretch)] ?? 0;
  return drawn;
}

function takeRows(matrix: FeatureMatrix, rows: Uint32Array): FeatureMatrix {
  const columns = matrix.columns().map((column) => {
    const taken = new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i] ?? 0] ?? Number.NaN;
    return taken;
  });
  return FeatureMatrix.fromColumns(matrix.names, columns);
}

function checkLabels(labels: ArrayLike<number>, rowCount: number): Int32Array {
  if (labels.length !== rowCount) {
    throw new EngineError('engine_labels_mismatch', `${labels.length} labels for ${rowCount} rows.`);
  }
  return Int32Array.from(labels, (label, row) => {
    if (!Number.isInteger(label) || label < -1 || label > 0x7fffffff) {
      throw new EngineError(
        'engine_labels_invalid',
        `Row ${row} has label ${label}; it must be a whole number from -1 on.`,
        { details: { row, label } },
      );
    }
    return label;
  });
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
