import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isText } from '../errors/is-text.ts';
import { letterText } from './letter-text.ts';

const anyJson = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
/** JSON with all that PostgreSQL refuses as text. */
const nasty = fc.oneof(
  anyJson,
  fc.array(fc.constantFrom('\0', '\ud800', '\udc00', '😀', 'a', '"', '\\')).map((parts) => [parts.join('')]),
);

describe('the text of a letter', () => {
  it('is the item as JSON, always storable, and gives the item back', () => {
    fc.assert(
      fc.property(nasty, (raw) => {
        const { whole, kept, truncated } = letterText(raw, 100_000);
        expect(truncated).toBe(false);
        expect(isText(kept)).toBe(true);
        expect(kept).toBe(whole);
        expect(JSON.stringify(JSON.parse(kept))).toBe(JSON.stringify(raw));
      }),
    );
  });

  it('is never longer than it may be, and storable wherever it is cut', () => {
    fc.assert(
      fc.property(nasty, fc.nat(40), (raw, max) => {
        const { whole, kept, truncated } = letterText(raw, max);
        expect(kept.length).toBeLessThanOrEqual(max);
        expect(isText(kept)).toBe(true);
        expect(truncated).toBe(whole.length > max);
      }),
    );
    expect(letterText('😀', 2).kept).toBe('"\ufffd');
  });

  it('is written for an item that nests deeper than the stack', () => {
    const depth = 200_000;
    const raw: unknown = JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`);
    const { whole, kept, truncated } = letterText(raw, 1000);
    expect(truncated).toBe(true);
    expect(kept).toBe('[{"a":'.repeat(200).slice(0, 1000));
    expect(whole).toHaveLength(depth * 8 + 1);
  });

  it('says the same whichever way it is written', () => {
    fc.assert(
      fc.property(anyJson, (raw) => {
        const wrapped = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], raw);
        const { whole, truncated } = letterText(wrapped, 1_000_000);
        expect(truncated).toBe(true);
        expect(whole).toBe(JSON.stringify(wrapped));
      }),
    );
  });

  it('takes a list with more items than a call may have arguments', () => {
    const raw = {
      list: Array.from({ length: 300_000 }, () => 1),
      deep: JSON.parse('['.repeat(50) + ']'.repeat(50)),
    };
    expect(letterText(raw, 10).whole).toBe(JSON.stringify(raw));
  });

  it('has a word for what JSON has none for', () => {
    expect(letterText(undefined, 10)).toEqual({ whole: 'null', kept: 'null', truncated: false });
  });
});
