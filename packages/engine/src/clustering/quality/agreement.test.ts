import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import references from '../../testing/references/quality.json' with { type: 'json' };
import { adjustedMutualInformation, adjustedRandIndex } from './agreement.ts';

const measures = [
  ['adjustedRandIndex', adjustedRandIndex],
  ['adjustedMutualInformation', adjustedMutualInformation],
] as const;

describe.each(references.agreements)('the agreement of $name', ({ a, b, rand, mutualInformation }) => {
  it('is that of scikit-learn, in either order', async () => {
    const [first, second] = [Int32Array.from(a), Int32Array.from(b)];
    expect(await adjustedRandIndex(first, second)).toBeCloseTo(rand, 12);
    expect(await adjustedRandIndex(second, first)).toBeCloseTo(rand, 12);
    expect(await adjustedMutualInformation(first, second)).toBeCloseTo(mutualInformation, 9);
    expect(await adjustedMutualInformation(second, first)).toBeCloseTo(mutualInformation, 9);
  });
});

const labelling = fc
  .integer({ min: 2, max: 60 })
  .chain((rows) =>
    fc.tuple(
      fc.array(fc.integer({ min: -1, max: 5 }), { minLength: rows, maxLength: rows }),
      fc.array(fc.integer({ min: -1, max: 5 }), { minLength: rows, maxLength: rows }),
    ),
  );

describe.each(measures)('the laws of %s', (_, measure) => {
  it('a labelling agrees with itself, and with its labels renamed', async () => {
    await fc.assert(
      fc.asyncProperty(labelling, async ([labels]) => {
        const own = Int32Array.from(labels);
        expect(await measure(own, own)).toBeCloseTo(1, 9);
        expect(
          await measure(
            own,
            own.map((label) => 1_000_000 - 7 * label),
          ),
        ).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is at most 1, and the same when the rows are in another order', async () => {
    await fc.assert(
      fc.asyncProperty(labelling, async ([a, b]) => {
        const value = await measure(Int32Array.from(a), Int32Array.from(b));
        expect(value).toBeLessThanOrEqual(1 + 1e-9);
        expect(value).toBeGreaterThanOrEqual(-1 - 1e-9);
        const reversed = await measure(Int32Array.from(a).reverse(), Int32Array.from(b).reverse());
        expect(reversed).toBeCloseTo(value, 9);
      }),
    );
  });

  it('refuses labellings of different lengths, and ends when it is told to', async () => {
    await expect(measure(new Int32Array(2), new Int32Array(3))).rejects.toMatchObject({
      code: 'engine_labels_mismatch',
    });
    const signal = AbortSignal.abort();
    await expect(measure(new Int32Array(2), new Int32Array(2), { signal })).rejects.toMatchObject({
      code: 'engine_aborted',
    });
  });
});

describe('the agreement of many rows', () => {
  // Large enough for Stirling's series and for the cut of the hypergeometric's tails.
  const a = Int32Array.from({ length: 40_000 }, (_, i) => i % 7);
  const b = Int32Array.from({ length: 40_000 }, (_, i) => Math.floor(i / 7) % 11);

  it('is that of scikit-learn', async () => {
    const half = a.map((label, i) => (i % 2 ? label : (b[i] ?? 0)));
    expect(await adjustedMutualInformation(a, b)).toBeCloseTo(references.many.unrelated, 9);
    expect(await adjustedMutualInformation(a, half)).toBeCloseTo(references.many.half, 9);
  });
});
