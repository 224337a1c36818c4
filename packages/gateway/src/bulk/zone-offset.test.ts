import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { expect, it } from 'vitest';
import { transitionsOf } from './zone-offset.ts';

const [from, to] = [Date.UTC(1990, 0, 1), Date.UTC(2027, 0, 1)];
const zones = [
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kolkata',
  'Pacific/Apia',
  'UTC',
];

it('finds every change of the clocks', () => {
  for (const zone of zones) {
    const transitions = transitionsOf(zone, from, to);
    const offsetAt = (ms: number) =>
      transitions.findLast(({ at }) => at <= ms)?.offset ??
      transitions[0]?.before ??
      IANAZone.create(zone).offset(from) * 60_000;
    fc.assert(
      fc.property(fc.integer({ min: from, max: to - 1 }), (ms) => {
        expect(offsetAt(ms)).toBe(IANAZone.create(zone).offset(ms) * 60_000);
      }),
      { numRuns: 500 },
    );
    for (const { at, before, offset } of transitions) {
      expect(IANAZone.create(zone).offset(at - 1_000) * 60_000).toBe(before);
      expect(IANAZone.create(zone).offset(at) * 60_000).toBe(offset);
    }
  }
});
