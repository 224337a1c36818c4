import { EngineError } from '../errors.ts';
import { type BinnedMatrix, missingBin } from './bins.ts';
import { countClasses, type Sample } from './sample.ts';
import type { Part } from './split-rows.ts';

/** What a person should know before the model is used; a fit with notices is still a fit. */
export type FitNotice =
  /** One feature alone tells the classes apart: it may hold what happened after the moment of prediction. */
  | { readonly code: 'leak_suspected'; readonly feature: string; readonly auc: number }
  /** The same in every training row, so that it says nothing. */
  | { readonly code: 'constant_column'; readonly feature: string }
  /** Of the rarer class, in the validation: its figures are rough. */
  | { readonly code: 'few_in_class'; readonly part: 'validation'; readonly rows: number }
  /** All times are the same, so that the split is random. */
  | { readonly code: 'times_equal' }
  /** No line between the training classes was crossed; the penalty alone keeps the coefficients finite. */
  | { readonly code: 'classes_separated' }
  /** The iterations ended before the coefficients stood still. */
  | { readonly code: 'not_converged' }
  /** The validation's AUC is within two standard errors of chance. */
  | { readonly code: 'no_signal'; readonly auc: number };

/** Below it nothing can be said of a class. */
const least: Readonly<Record<Part, number>> = { train: 20, stopping: 5, calibration: 5, validation: 10 };
const comfortable = 50;
const suspicious = 0.99;

/**
 * A row of weight w is w rows: of weights that sum to 1 nothing can be learned, however many rows they are spread over.
 * @throws EngineError `engine_labels_too_few`, with the part, the class and how many there must be
 */
export function checkClasses(part: Part, sample: Sample): void {
  const { positives, negatives, weights } = countClasses(sample);
  const rows = Math.min(positives, negatives);
  if (rows < least[part]) {
    throw tooFew(part, positives <= negatives ? 1 : 0, `${rows} rows`, { rows });
  }
  const weight = Math.min(...weights);
  if (weight < least[part]) {
    const label = weights[1] <= weights[0] ? 1 : 0;
    throw tooFew(part, label, `Rows that weigh ${weight} together`, { rows, weight });
  }
}

function tooFew(
  part: Part,
  label: 0 | 1,
  found: string,
  counted: { readonly rows: number; readonly weight?: number },
): EngineError {
  return new EngineError(
    'engine_labels_too_few',
    `${found} of the ${part} part have label ${label}; there must be ${least[part]}.`,
    { details: { part, label, ...counted, least: least[part] } },
  );
}

export function fewInClass(sample: Sample): FitNotice[] {
  const { positives, negatives } = countClasses(sample);
  const rows = Math.min(positives, negatives);
  return rows < comfortable ? [{ code: 'few_in_class', part: 'validation', rows }] : [];
}

/** Columns that say nothing, and columns that say too much. */
export async function inspectColumns(
  names: readonly string[],
  { bins }: BinnedMatrix,
  { labels, weights }: Sample,
  breathe: () => Promise<void>,
): Promise<FitNotice[]> {
  const notices: FitNotice[] = [];
  for (const [j, feature] of names.entries()) {
    await breathe();
    const own = bins[j] ?? new Uint8Array(0);
    // Weight of each class in each bin.
    const counts = new Float64Array(512);
    for (let i = 0; i < own.length; i++) {
      const at = 2 * (own[i] ?? 0) + (labels[i] ?? 0);
      counts[at] = (counts[at] ?? 0) + (weights[i] ?? 0);
    }
    if (own.every((bin) => bin === own[0])) notices.push({ code: 'constant_column', feature });
    const auc = Math.max(...binnedAucs(counts).flatMap((value) => [value, 1 - value]));
    if (auc > suspicious) notices.push({ code: 'leak_suspected', feature, auc });
  }
  return notices;
}

/** With missing values below all others and above them: that a value is missing may be the leak. */
function binnedAucs(counts: Float64Array): number[] {
  const known = Array.from({ length: missingBin }, (_, bin) => bin);
  return [
    [missingBin, ...known],
    [...known, missingBin],
  ].map((order) => {
    let negative = 0;
    let positive = 0;
    let pairs = 0;
    for (const bin of order) {
      const negatives = counts[2 * bin] ?? 0;
      const positives = counts[2 * bin + 1] ?? 0;
      pairs += positives * (negative + negatives / 2);
      negative += negatives;
      positive += positives;
    }
    return negative > 0 && positive > 0 ? pairs / (negative * positive) : 0.5;
  });
}
