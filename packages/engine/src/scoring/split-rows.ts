import { EngineError } from '../errors.ts';
import { seededRandom } from '../random.ts';
import { inSlices, orderBy, rowNumbers } from './slices.ts';

/**
 * What each part is for; no row is in two of them.
 * - `train`: what the model is fitted on.
 * - `stopping`: where boosting sees that another tree no longer helps.
 * - `calibration`: where scores become probabilities.
 * - `validation`: where the finished model is judged; nothing was chosen on it.
 */
export const parts = ['train', 'stopping', 'calibration', 'validation'] as const;
export type Part = (typeof parts)[number];

/** Shares of all rows; what is left trains. */
export interface SplitShares {
  readonly validation: number;
  readonly calibration: number;
  readonly stopping: number;
}

export interface RowSplit {
  /** `random` where no times were given, or where all are the same. */
  readonly by: 'time' | 'random';
  /** The validation rows are those from this time on; null in a random split. */
  readonly from: number | null;
  /** Ascending row numbers. */
  readonly rows: Readonly<Record<Part, Uint32Array>>;
}

/**
 * By time: the last rows validate, the ones before them calibrate, the ones before those stop the boosting, the first
 * train. A model is used on players later than those it learned from, so it is judged like that. Rows of one time
 * never stand on both sides of the validation's edge. At random: the same share of both classes in every part.
 * @throws EngineError (as a rejection) `engine_option_invalid`, `engine_aborted`
 */
export async function splitRows(
  labels: Uint8Array,
  time: ArrayLike<number> | undefined,
  shares: SplitShares,
  seed: number,
  breathe: () => Promise<void>,
): Promise<RowSplit> {
  checkShares(shares);
  const shuffled = await shuffle(labels.length, seed, breathe);
  // 0 to 3, as in `parts`.
  const partOf = new Uint8Array(labels.length);
  if (time) {
    await checkTimes(time, labels.length, breathe);
    const order = await orderBy(time, breathe, shuffled);
    const cut = timeCut(order, time, Math.round(order.length * (1 - shares.validation)));
    if (cut > 0) {
      deal(partOf, order, cut, shares);
      return { by: 'time', from: time[order[cut] ?? 0] ?? 0, rows: await collect(partOf, breathe) };
    }
  }
  for (const label of [0, 1]) {
    const own = await rowsWithLabel(shuffled, labels, label, breathe);
    deal(partOf, own, Math.round(own.length * (1 - shares.validation)), shares);
    await breathe();
  }
  return { by: 'random', from: null, rows: await collect(partOf, breathe) };
}

/** Fisher and Yates. */
async function shuffle(n: number, seed: number, breathe: () => Promise<void>): Promise<Uint32Array> {
  const random = seededRandom(seed);
  const rows = rowNumbers(n);
  await inSlices(n, breathe, (start, end) => {
    for (let i = start; i < end; i++) {
      const other = i + Math.floor(random() * (n - i));
      const row = rows[i] ?? 0;
      rows[i] = rows[other] ?? 0;
      rows[other] = row;
    }
  });
  return rows;
}

async function rowsWithLabel(
  rows: Uint32Array,
  labels: Uint8Array,
  label: number,
  breathe: () => Promise<void>,
): Promise<Uint32Array> {
  const found = new Uint32Array(rows.length);
  let count = 0;
  await inSlices(rows.length, breathe, (start, end) => {
    for (let i = start; i < end; i++) if (labels[rows[i] ?? 0] === label) found[count++] = rows[i] ?? 0;
  });
  return found.subarray(0, count);
}

/** The edge between two times that is nearest to `wanted`; 0 when all times are the same. */
function timeCut(order: Uint32Array, time: ArrayLike<number>, wanted: number): number {
  const isEdge = (i: number): boolean => (time[order[i - 1] ?? 0] ?? 0) < (time[order[i] ?? 0] ?? 0);
  for (let away = 0; away < order.length; away++) {
    for (const i of [wanted - away, wanted + away]) if (i > 0 && i < order.length && isEdge(i)) return i;
  }
  return 0;
}

/** `order` up to `cut` trains, stops and calibrates, in the proportions asked for; the rest validates. */
function deal(partOf: Uint8Array, order: Uint32Array, cut: number, shares: SplitShares): void {
  const scale = cut / (1 - shares.validation);
  const calibrationFrom = cut - Math.round(shares.calibration * scale);
  const stoppingFrom = calibrationFrom - Math.round(shares.stopping * scale);
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    partOf[row] = i < stoppingFrom ? 0 : i < calibrationFrom ? 1 : i < cut ? 2 : 3;
  }
}

async function collect(partOf: Uint8Array, breathe: () => Promise<void>): Promise<Record<Part, Uint32Array>> {
  const rows = parts.map(() => new Uint32Array(partOf.length));
  const counts = parts.map(() => 0);
  await inSlices(partOf.length, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      const part = partOf[row] ?? 0;
      const count = counts[part] ?? 0;
      const own = rows[part];
      if (own) own[count] = row;
      counts[part] = count + 1;
    }
  });
  const of = (part: Part): Uint32Array => {
    const p = parts.indexOf(part);
    return rows[p]?.slice(0, counts[p]) ?? new Uint32Array(0);
  };
  return {
    train: of('train'),
    stopping: of('stopping'),
    calibration: of('calibration'),
    validation: of('validation'),
  };
}

function checkShares({ validation, calibration, stopping }: SplitShares): void {
  for (const [part, share] of Object.entries({ validation, calibration, stopping })) {
    if (!(share >= 0 && share < 1)) throw wrongSplit(`${part} must be from 0 to below 1`);
  }
  if (validation === 0) throw wrongSplit('validation must be above 0');
  if (!(1 - validation - calibration - stopping > 0.05)) {
    throw wrongSplit('less than a twentieth of the rows is left to train on');
  }
}

function wrongSplit(what: string): EngineError {
  return new EngineError('engine_option_invalid', `split: ${what}.`, { details: { option: 'split' } });
}

async function checkTimes(time: ArrayLike<number>, n: number, breathe: () => Promise<void>): Promise<void> {
  if (time.length !== n) {
    throw new EngineError('engine_option_invalid', `time has ${time.length} values for ${n} rows.`, {
      details: { option: 'time' },
    });
  }
  await inSlices(n, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      if (Number.isFinite(time[row])) continue;
      throw new EngineError('engine_option_invalid', `time is not a finite number in row ${row}.`, {
        details: { option: 'time', row },
      });
    }
  });
}
