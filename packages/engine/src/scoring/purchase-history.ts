import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';

/** Units of `recency`, `T`, horizons and rates: all of a model's times are in one of them. */
export const timeUnits = ['hour', 'day', 'week', 'month'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/**
 * What the purchase models know of each player, counted from the first purchase, which itself is not counted.
 * A purchase may be a deposit, a day with a bet, or whatever else one counts.
 */
export interface PurchaseColumns {
  /** Repeat purchases, x: a whole number. */
  readonly frequency: Float32Array;
  /** Time from the first to the last purchase, t_x; 0 when there was one purchase only. */
  readonly recency: Float32Array;
  /** Time from the first purchase to the end of what was observed. */
  readonly T: Float32Array;
}

/** The matrix's first three columns. */
export function purchaseColumns(matrix: FeatureMatrix): PurchaseColumns {
  return { frequency: matrix.column(0), recency: matrix.column(1), T: matrix.column(2) };
}

/**
 * Whether row i says something: false where a value is missing (a player who never bought has no T).
 * @throws EngineError `engine_history_invalid` when no history could be so
 */
export function hasHistory({ frequency, recency, T }: PurchaseColumns, i: number): boolean {
  const x = frequency[i] ?? Number.NaN;
  const last = recency[i] ?? Number.NaN;
  const end = T[i] ?? Number.NaN;
  if (Number.isNaN(x) || Number.isNaN(last) || Number.isNaN(end)) return false;
  if (!(x >= 0 && Number.isInteger(x))) throw invalidHistory(i, 'the frequency must be a whole number');
  if (!(last >= 0 && last <= end)) throw invalidHistory(i, 'the recency must lie between 0 and T');
  return true;
}

export function invalidHistory(row: number, what: string): EngineError {
  return new EngineError('engine_history_invalid', `Row ${row} is no history of purchases: ${what}.`, {
    details: { row },
  });
}

/** Histories that occur, each once, with how many players have it. */
export interface DistinctHistories {
  readonly size: number;
  /** Of length `size` or more, as the others are. */
  readonly frequency: Float32Array;
  readonly recency: Float32Array;
  readonly T: Float32Array;
  readonly players: Int32Array;
  /** Frequencies that occur, with how many players have each. */
  readonly frequencies: ReadonlyMap<number, number>;
  /** Players in all. */
  readonly known: number;
  /** Rows that were passed over because a value is missing. */
  readonly missing: number;
}

/** Rows between two turns of the event loop: a millisecond or two. */
const sliceRows = 16384;

/**
 * Counts equal histories: times that are whole days leave far fewer than there are players, and a likelihood is
 * a sum over these. Of a player without repeat purchases only T tells something, so that their recency is taken as 0.
 * @throws EngineError (as a rejection) `engine_history_invalid`, `engine_aborted`
 */
export async function distinctHistories(
  columns: PurchaseColumns,
  breathe: () => Promise<void>,
): Promise<DistinctHistories> {
  const rows = columns.frequency.length;
  const frequency = new Float32Array(rows);
  const recency = new Float32Array(rows);
  const T = new Float32Array(rows);
  const players = new Int32Array(rows);
  const frequencies = new Map<number, number>();
  // Open addressing: a slot holds 1 + the place of a history; at most half of the slots are taken.
  const mask = 2 ** Math.ceil(Math.log2(2 * rows + 2)) - 1;
  const slots = new Int32Array(mask + 1);
  const float = new Float32Array(3);
  const bits = new Uint32Array(float.buffer);
  let size = 0;
  let known = 0;
  for (let i = 0; i < rows; i++) {
    if (i % sliceRows === 0) await breathe();
    if (!hasHistory(columns, i)) continue;
    const x = columns.frequency[i] ?? 0;
    const last = x === 0 ? 0 : (columns.recency[i] ?? 0);
    const end = columns.T[i] ?? 0;
    known += 1;
    // −0 and 0 are one value with two patterns of bits.
    float[0] = x + 0;
    float[1] = last + 0;
    float[2] = end + 0;
    let slot = hash(bits[0] ?? 0, bits[1] ?? 0, bits[2] ?? 0) & mask;
    for (;;) {
      const place = (slots[slot] ?? 0) - 1;
      if (place < 0) {
        frequency[size] = x;
        recency[size] = last;
        T[size] = end;
        players[size] = 1;
        size += 1;
        slots[slot] = size;
        break;
      }
      if (frequency[place] === x && recency[place] === last && T[place] === end) {
        players[place] = (players[place] ?? 0) + 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
    frequencies.set(x, (frequencies.get(x) ?? 0) + 1);
  }
  return { size, frequency, recency, T, players, frequencies, known, missing: rows - known };
}

function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a ^ (a >>> 15), 0x85ebca6b) ^ b;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) ^ c;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f);
  return mixed ^ (mixed >>> 15);
}
