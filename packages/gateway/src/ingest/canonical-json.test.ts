import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

/** The same value with the keys of every object in another order. */
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, shuffled(item)] as const);
  return Object.fromEntries(entries.reverse());
};

describe('canonicalJson', () => {
  it('says the same value, and nothing else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 300 },
    );
  });

  it('does not see the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
      { numRuns: 300 },
    );
  });

  it('is the same only for equal values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const equal = canonicalJson(JSON.parse(canonicalJson(a))) === canonicalJson(b);
        expect(canonicalJson(a) === canonicalJson(b)).toBe(equal);
        // 0 and -0 are one number in JSON.
        const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
        if (equal) expect(plain(a)).toEqual(plain(b));
      }),
      { numRuns: 300 },
    );
  });

  it('tells arrays from objects, digits from numbers, and one nesting from another', () => {
    const values = [
      [],
      {},
      [[]],
      [{}],
      { 0: 1 },
      [1],
      '1',
      1,
      null,
      'null',
      { a: [1, 2] },
      { a: [2, 1] },
      { a: { b: 1 } },
    ];
    expect(new Set(values.map(canonicalJson)).size).toBe(values.length);
  });

  it('keeps a key that is called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}');
  });
});
