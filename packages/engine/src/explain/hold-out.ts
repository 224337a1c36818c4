import { seededRandom } from '../random.ts';

export interface HeldOut {
  /** Row numbers to learn from. */
  readonly learn: Uint32Array;
  /** Row numbers to judge by. */
  readonly held: Uint32Array;
}

/** The same share of every label's rows, drawn by the seed, is held out; ascending row numbers. */
export async function holdOut(
  labels: Int32Array,
  share: number,
  seed: number,
  breathe: () => Promise<void>,
): Promise<HeldOut> {
  const random = seededRandom(seed);
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  await breathe();
  const left = new Map(
    [...sizes].map(([label, size]) => [label, { size, wanted: Math.round(size * share) }]),
  );
  const learn = new Uint32Array(labels.length);
  const held = new Uint32Array(labels.length);
  let learned = 0;
  let kept = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = left.get(labels[row] ?? -1);
    if (!own) continue;
    // Selection sampling (Knuth, TAOCP vol. 2, algorithm S) within each label.
    if (random() * own.size < own.wanted) {
      own.wanted--;
      held[kept++] = row;
    } else learn[learned++] = row;
    own.size--;
    if ((row & 0xffff) === 0xffff) await breathe();
  }
  return { learn: learn.slice(0, learned), held: held.slice(0, kept) };
}
