import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, partitionOf } from './partitions.ts';

const earliest = Date.UTC(1990, 0, 1);
const latest = Date.now() + 86_400_000;

/** Every partition that an event may need, in order of time. */
const all = (() => {
  const names = new Set<string>();
  for (let at = earliest; at <= latest; at += 86_400_000) names.add(partitionOf(at));
  return [...names.add(partitionOf(latest))];
})();

describe('the partitions of events', () => {
  it('hold every instant that an event may have, each in exactly one: the one that it is sent to', () => {
    const seam = fc.constantFrom(
      ...all.flatMap((name) => boundsOf(name).flatMap((at) => [at - 1, at, at + 1])),
    );
    const instant = fc.oneof(fc.integer({ min: earliest, max: latest }), seam);
    fc.assert(
      fc.property(instant, (at) => {
        fc.pre(at >= earliest && at <= latest);
        const holding = all.filter((name) => {
          const [from, to] = boundsOf(name);
          return from <= at && at < to;
        });
        expect(holding).toEqual([partitionOf(at)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are years until 2019 and months from 2020 on', () => {
    const seam = Date.UTC(2020, 0, 1);
    expect([seam - 1, seam, Date.UTC(2020, 1, 1) - 1, Date.UTC(2020, 1, 1)].map(partitionOf)).toEqual([
      '2019',
      '2020_01',
      '2020_01',
      '2020_02',
    ]);
    expect(boundsOf('2019')).toEqual([Date.UTC(2019, 0, 1), seam]);
    expect(boundsOf('2020_12')).toEqual([Date.UTC(2020, 11, 1), Date.UTC(2021, 0, 1)]);
    expect(all.filter((name) => !name.includes('_'))).toHaveLength(30);
  });
});
