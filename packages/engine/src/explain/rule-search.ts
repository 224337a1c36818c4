import { missingBin } from '../scoring/bins.ts';
import { rowNumbers } from '../scoring/slices.ts';
import { significantDigits } from './readable-number.ts';

/** What rules are sought on: the rows of one cluster and others, as bins between thresholds. */
export interface RuleProblem {
  /** A feature each; bin b holds values from threshold b − 1 to below threshold b, 255 those that are missing. */
  readonly bins: readonly Uint8Array[];
  /** Of each feature, ascending. */
  readonly thresholds: readonly (readonly number[])[];
  /** 1 for rows of the cluster. */
  readonly isMember: Uint8Array;
  /** What a row of the cluster and one of the others count for. */
  readonly memberWeight: number;
  readonly otherWeight: number;
}

export interface BinCondition {
  readonly feature: number;
  readonly op: 'gte' | 'lt';
  /** Number of the threshold. */
  readonly threshold: number;
}

export type BinRule = readonly (readonly BinCondition[])[];

/** F-beta of the rule so far with a part that holds for these weights, less the cost of its conditions. */
type Score = (members: number, others: number, conditions: number) => number;

interface Candidate {
  readonly conditions: readonly BinCondition[];
  readonly score: number;
}

/** Rounds in which a candidate's thresholds move; two are mostly enough. */
const mostRounds = 8;

/** Candidates that are carried from one length to the next. */
const beamWidth = 6;

/** What a condition has to add to the score: a shorter rule is easier to believe. */
const conditionCost = 0.004;

/** Precision counts as much as recall, or more: then the first part of a rule is narrow, and others are added to it. */
const emphases = [1, 0.5, 0.25];

/**
 * A rule of few short parts that holds for the cluster and for few others: parts are sought one after the other, each by
 * a beam search over conjunctions (as in CN2: Clark & Niblett 1989), by F-beta of the rule so far with the new part; then
 * what is not missed is taken away. Of several emphases on precision the one with the best F1.
 */
export async function searchRule(
  problem: RuleProblem,
  maxConditions: number,
  maxParts: number,
  breathe: () => Promise<void>,
): Promise<BinRule> {
  let best: BinRule = [];
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const beta of emphases) {
    const rule = prune(problem, await coverParts(problem, maxConditions, maxParts, beta, breathe));
    const score = netScore(problem, rule);
    if (score > bestScore) {
      best = rule;
      bestScore = score;
    }
    await breathe();
  }
  return best;
}

async function coverParts(
  problem: RuleProblem,
  maxConditions: number,
  maxParts: number,
  beta: number,
  breathe: () => Promise<void>,
): Promise<BinRule> {
  const rule: (readonly BinCondition[])[] = [];
  while (rule.length < maxParts) {
    const part = await searchPart(problem, rule, maxConditions, beta, breathe);
    if (!part || (rule.length > 0 && netScore(problem, [...rule, part]) <= netScore(problem, rule))) break;
    rule.push(part);
  }
  return rule;
}

async function searchPart(
  problem: RuleProblem,
  before: BinRule,
  maxConditions: number,
  beta: number,
  breathe: () => Promise<void>,
): Promise<readonly BinCondition[] | undefined> {
  const covered = matches(problem, before);
  const base = tally(problem, covered, 1);
  const total = base.members + tally(problem, covered, 0).members;
  const rows = Uint32Array.from(covered.keys()).filter((row) => covered[row] === 0);
  const score: Score = (members, others, conditions) =>
    fScore(base.members + members, base.others + others, total, beta) - conditionCost * conditions;
  let beam: Candidate[] = [{ conditions: [], score: Number.NEGATIVE_INFINITY }];
  let best: Candidate | undefined;
  for (let length = 1; beam.length > 0 && length <= maxConditions; length++) {
    // One candidate for each choice of features and sides: others differ from it by their thresholds alone.
    const found = new Map<string, Candidate>();
    for (const from of beam) {
      const left = keep(problem, rows, from.conditions);
      for (const feature of problem.bins.keys()) {
        await breathe();
        const counts = countBins(problem, left, feature);
        for (const op of ['gte', 'lt'] as const) {
          if (from.conditions.some((other) => other.feature === feature && other.op === op)) continue;
          const cut = bestCut(counts, op, (members, others) => score(members, others, length));
          if (!cut || cut.score <= from.score) continue;
          const conditions = [...from.conditions, { feature, op, threshold: cut.threshold }];
          const key = signature(conditions);
          if ((found.get(key)?.score ?? Number.NEGATIVE_INFINITY) >= cut.score) continue;
          found.set(key, { conditions, score: cut.score });
        }
      }
    }
    const widest = [...found.values()].sort((a, b) => b.score - a.score).slice(0, beamWidth);
    beam = [];
    for (const candidate of widest) beam.push(await refine(problem, rows, candidate, score, breathe));
    for (const candidate of beam) if (!best || candidate.score > best.score) best = candidate;
  }
  return best?.conditions;
}

/** Moves one threshold at a time to where the score is best: what was tight may be loose once another condition is there. */
async function refine(
  problem: RuleProblem,
  rows: Uint32Array,
  candidate: Candidate,
  score: Score,
  breathe: () => Promise<void>,
): Promise<Candidate> {
  let best = candidate;
  const { length } = candidate.conditions;
  for (let round = 0, moved = length > 1; moved && round < mostRounds; round++) {
    moved = false;
    for (let c = 0; c < length; c++) {
      await breathe();
      const own = best.conditions[c];
      if (!own) continue;
      const left = keep(
        problem,
        rows,
        best.conditions.filter((_, other) => other !== c),
      );
      const counts = countBins(problem, left, own.feature);
      const cut = bestCut(counts, own.op, (members, others) => score(members, others, length));
      if (!cut || cut.score < best.score) continue;
      // As good as before is moved too: well between the rows that are left now.
      if (cut.score > best.score) moved = true;
      const condition = { ...own, threshold: cut.threshold };
      best = { conditions: best.conditions.with(c, condition), score: cut.score };
    }
  }
  return best;
}

function signature(conditions: readonly BinCondition[]): string {
  return conditions
    .map(({ feature, op }) => `${feature} ${op}`)
    .sort()
    .join();
}

/** The rows for which all conditions hold. */
function keep(problem: RuleProblem, rows: Uint32Array, conditions: readonly BinCondition[]): Uint32Array {
  let kept = rows;
  for (const { feature, op, threshold } of conditions) {
    const bins = problem.bins[feature] ?? new Uint8Array(0);
    const next = new Uint32Array(kept.length);
    let count = 0;
    for (let i = 0; i < kept.length; i++) {
      const row = kept[i] ?? 0;
      const bin = bins[row] ?? missingBin;
      if (bin !== missingBin && (op === 'lt' ? bin <= threshold : bin > threshold)) next[count++] = row;
    }
    kept = next.subarray(0, count);
  }
  return kept;
}

/** Weights in each bin of a feature. */
interface BinCounts {
  readonly members: Float64Array;
  readonly others: Float64Array;
  readonly thresholds: readonly number[];
}

function countBins(problem: RuleProblem, rows: Uint32Array, feature: number): BinCounts {
  const { isMember, memberWeight, otherWeight } = problem;
  const bins = problem.bins[feature] ?? new Uint8Array(0);
  const members = new Float64Array(256);
  const others = new Float64Array(256);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const bin = bins[row] ?? missingBin;
    if (isMember[row] === 1) members[bin] = (members[bin] ?? 0) + memberWeight;
    else others[bin] = (others[bin] ?? 0) + otherWeight;
  }
  return { members, others, thresholds: problem.thresholds[feature] ?? [] };
}

/**
 * The threshold with the highest score. Where neighbours have the same one no row lies between them: then one well between
 * them, where players still to come are least likely to be on the wrong side, and of those the roundest.
 */
function bestCut(
  { members, others, thresholds }: BinCounts,
  op: BinCondition['op'],
  score: (members: number, others: number) => number,
): { readonly threshold: number; readonly score: number } | undefined {
  let best = Number.NEGATIVE_INFINITY;
  let first = -1;
  let last = -1;
  let side = 0;
  let othersSide = 0;
  // `lt` takes bins from below, `gte` from above.
  for (let i = 0; i < thresholds.length; i++) {
    const bin = op === 'lt' ? i : thresholds.length - i;
    side += members[bin] ?? 0;
    othersSide += others[bin] ?? 0;
    const next = score(side, othersSide);
    if (next > best) {
      best = next;
      first = i;
      last = i;
    } else if (next === best && last === i - 1) last = i;
  }
  if (first < 0) return undefined;
  const [from, to] =
    op === 'lt' ? [first, last] : [thresholds.length - 1 - last, thresholds.length - 1 - first];
  return { threshold: betweenEqual(thresholds, from, to), score: best };
}

function betweenEqual(thresholds: readonly number[], from: number, to: number): number {
  const low = thresholds[from] ?? 0;
  const high = thresholds[to] ?? 0;
  const middle = low / 2 + high / 2;
  const offness = (threshold: number): number => {
    const value = thresholds[threshold] ?? 0;
    const isWithin = Math.abs(value - middle) <= (high - low) / 4;
    // Within the middle half fewer digits come first; outside it, nearness to the middle.
    return isWithin ? significantDigits(value) : 100 + Math.abs(value - middle) / (high - low);
  };
  let chosen = from;
  let least = Number.POSITIVE_INFINITY;
  for (let threshold = from; threshold <= to && from < to; threshold++) {
    const own = offness(threshold);
    if (own >= least) continue;
    least = own;
    chosen = threshold;
  }
  return chosen;
}

function matches(problem: RuleProblem, rule: BinRule): Uint8Array {
  const matched = new Uint8Array(problem.isMember.length);
  const all = rowNumbers(matched.length);
  for (const part of rule) for (const row of keep(problem, all, part)) matched[row] = 1;
  return matched;
}

/** Weights of the rows that are marked with `mark`. */
function tally(problem: RuleProblem, marks: Uint8Array, mark: 0 | 1): { members: number; others: number } {
  let members = 0;
  let others = 0;
  for (let row = 0; row < marks.length; row++) {
    if (marks[row] !== mark) continue;
    if (problem.isMember[row] === 1) members += problem.memberWeight;
    else others += problem.otherWeight;
  }
  return { members, others };
}

/** @param total weight of the cluster; van Rijsbergen 1979 */
function fScore(members: number, others: number, total: number, beta: number): number {
  const square = beta * beta;
  const hits = (1 + square) * members;
  return hits > 0 ? hits / (hits + square * (total - members) + others) : 0;
}

/** F1 less the cost of the conditions. */
function netScore(problem: RuleProblem, rule: BinRule): number {
  const matched = matches(problem, rule);
  const { members, others } = tally(problem, matched, 1);
  const total = members + tally(problem, matched, 0).members;
  const conditions = rule.reduce((sum, part) => sum + part.length, 0);
  return fScore(members, others, total, 1) - conditionCost * conditions;
}

/** Without the parts and conditions that the score does not miss. */
function prune(problem: RuleProblem, rule: BinRule): BinRule {
  let kept = rule;
  let score = netScore(problem, kept);
  for (let changed = true; changed; ) {
    changed = false;
    const shorter = kept.flatMap((part, p) => [
      kept.filter((_, other) => other !== p),
      ...(part.length > 1
        ? part.map((_, c) =>
            kept.with(
              p,
              part.filter((__, other) => other !== c),
            ),
          )
        : []),
    ]);
    for (const candidate of shorter) {
      if (candidate.length === 0) continue;
      const next = netScore(problem, candidate);
      if (next < score) continue;
      kept = candidate;
      score = next;
      changed = true;
      break;
    }
  }
  return kept;
}
