import { expect, it } from 'vitest';
import { noLoadCounts } from './load-counts.ts';
import { psi, type Quality, scoreOf } from './quality.ts';

const quality = (more: Partial<Quality> = {}): Quality => ({
  looked: 100,
  players: 10,
  empty: {},
  times: { first: null, last: null },
  amounts: {},
  types: {},
  hours: {},
  sizes: {},
  ...more,
});
const drift = (index: number) => ({ against: 'a.csv', finishedAt: '', amounts: index, hours: 0, types: 0 });

it('has no drift between equal shares, whatever their sizes, and the textbook index between others', () => {
  expect(psi({ a: 1, b: 3 }, { a: 100, b: 300 })).toBe(0);
  expect(psi({ a: 1, b: 1 }, { a: 3, b: 1 })).toBeCloseTo(
    -0.25 * Math.log(0.5 / 0.75) + 0.25 * Math.log(2),
    4,
  );
  expect(psi({ a: 1 }, { b: 1 })).toBeGreaterThan(10);
  expect(psi({}, { b: 1 })).toBe(0);
});

it('takes from the score as its formula says, and never goes below 0', () => {
  const of = (counts: object, more: Partial<Quality> = {}, index = 0) =>
    scoreOf({ ...noLoadCounts(), read: 100, ...counts }, quality(more), ['player'], drift(index));
  expect(of({})).toBe(100);
  expect(of({ rejected: 10 })).toBe(80);
  expect(of({ rejected: 90 })).toBe(40);
  expect(of({ conflicts: 5 })).toBe(90);
  expect(of({ duplicates: 10 })).toBe(95);
  expect(of({}, { empty: { player: 0.2, other: 1 } })).toBe(95);
  expect([of({}, {}, 0.09), of({}, {}, 0.2), of({}, {}, 0.3)]).toEqual([100, 95, 85]);
  expect(of({ rejected: 100, conflicts: 100, duplicates: 100 }, { empty: { player: 1 } }, 1)).toBe(0);
});
