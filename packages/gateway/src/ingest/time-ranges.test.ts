import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TimeRanges } from './time-ranges.ts';

const anyRange = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 12 }))
  .map(([from, length]) => ({ from, to: from + length }));

it('covers what its ranges hold together, however they overlap and in whatever order they came', () => {
  fc.assert(
    fc.property(
      fc.array(anyRange, { maxLength: 12 }),
      fc.nat({ max: 12 }),
      fc.integer({ min: -2, max: 75 }),
      fc.nat({ max: 10 }),
      (ranges, split, first, length) => {
        let tried = new TimeRanges(ranges.slice(0, split));
        for (const { from, to } of ranges.slice(split)) tried = tried.with(from, to);
        const isIn = (at: number) => ranges.some(({ from, to }) => from <= at && at < to);
        const all = Array.from({ length: length + 1 }, (_, index) => first + index);
        expect(tried.covers(first, first + length)).toBe(all.every(isIn));
      },
    ),
    { numRuns: 2000 },
  );
});
