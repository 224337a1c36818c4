import { seededRandom } from '../random.ts';
import { inSlices } from '../scoring/slices.ts';

export interface HeldOut {
  /** Row numbers to learn from. */
  readonly learn: Uint32Array;
  /** Row numbers to judge by. */
  readonly held: Uint32Array;
  /** The labels there are, ascending. */
  readonly found: readonly number[];
}

/**
 * The same share of every label's rows, drawn by the seed, is held out; ascending row numbers.
 * @throws EngineError (as a rejection) `engine_aborted`
 */
export async function holdOut(
  labels: Int32Array,
  share: number,
  seed: number,
  breathe: () => Promise<void>,
): Promise<HeldOut> {
  const random = seededRandom(seed);
  const left = new Map<number, { rows: number; wanted: number }>();
  await inSlices(labels.length, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      const label = labels[row] ?? -1;
      const own = left.get(label);
      if (own) own.rows++;
      else left.set(label, { rows: 1, wanted: 0 });
    }
  });
  for (const own of left.values()) own.wanted = Math.round(own.rows * share);
  const learn = new Uint32Array(labels.length);
  const held = new Uint32Array(labels.length);
  let learned = 0;
  let kept = 0;
  await inSlices(labels.length, breathe, (start, end) => {
    for (let row = start; row < end; row++) {
      const own = left.get(labels[row] ?? -1);
      if (!own) continue;
      // Selection sampling (Knuth, TAOCP vol. 2, algorithm S) within each label.
      if (random() * own.rows < own.wanted) {
        own.wanted--;
        held[kept++] = row;
      } else learn[learned++] = row;
      own.rows--;
    }
  });
  return {
    learn: learn.slice(0, learned),
    held: held.slice(0, kept),
    found: [...left.keys()].sort((a, b) => a - b),
  };
}
