import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeFields, mergeProfile, noProfile, type Profile } from './profile.ts';

type Said = { fields: Record<string, unknown>; at: number };

const anySaid: fc.Arbitrary<Said[]> = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 4 }),
    fields: fc.record(
      { name: fc.constantFrom('Ana', 'Bia', 'Caio'), country: fc.constantFrom('BR', 'PT'), ok: fc.boolean() },
      { requiredKeys: [] },
    ),
  }),
  { maxLength: 12 },
);

const told = (list: readonly Said[]): Profile => {
  const profile = noProfile();
  for (const { fields, at } of list) mergeFields(profile, fields, at);
  return profile;
};

describe('a profile', () => {
  it('is the same in whatever order and batches its fields were told', () => {
    fc.assert(
      fc.property(
        anySaid,
        fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
        fc.nat(12),
        (list, keys, cut) => {
          const shuffled = list
            .map((said, index) => ({ said, key: keys[index] ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ said }) => said);
          const inBatches = noProfile();
          for (const batch of [shuffled.slice(cut), shuffled.slice(0, cut)])
            mergeProfile(inBatches, told(batch));
          expect(inBatches).toEqual(told(list));
        },
      ),
    );
  });

  it('keeps of each field what was said last, though another field was said later', () => {
    const profile = told([
      { at: 30, fields: { vipLevel: 'gold' } },
      { at: 20, fields: { country: 'PT', vipLevel: 'silver' } },
      { at: 10, fields: { country: 'BR' } },
    ]);
    expect(profile.fields).toEqual({ vipLevel: 'gold', country: 'PT' });
    expect(profile.times).toEqual({ vipLevel: 30, country: 20 });
  });

  it('takes the greater of two at one moment, and says whether anything changed', () => {
    const profile = told([{ at: 1, fields: { name: 'Bia' } }]);
    expect(mergeFields(profile, { name: 'Ana' }, 1)).toBe(false);
    expect(mergeFields(profile, { name: 'Bia' }, 1)).toBe(false);
    expect(mergeFields(profile, { name: 'Caio' }, 0)).toBe(false);
    expect(mergeFields(profile, {}, 2)).toBe(false);
    expect(mergeFields(profile, { name: 'Caio' }, 1)).toBe(true);
    expect(profile).toEqual({ fields: { name: 'Caio' }, times: { name: 1 } });
  });
});
