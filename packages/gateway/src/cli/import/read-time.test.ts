import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImportFailure } from './failure.ts';
import { timeReader } from './read-time.ts';

describe('timeReader', () => {
  it.each([
    ['iso', 'UTC', '2026-05-05T14:03:00Z', '2026-05-05T14:03:00.000Z'],
    ['iso', 'UTC', '2026-05-05T14:03:00.25-03:00', '2026-05-05T17:03:00.250Z'],
    ['iso', 'America/Sao_Paulo', '2026-05-05', '2026-05-05T03:00:00.000Z'],
    ['iso', 'America/Sao_Paulo', '2026-05-05 14:03:00', '2026-05-05T17:03:00.000Z'],
    ['iso', 'America/Sao_Paulo', '2026-05-05 14:03:00 +00:00', '2026-05-05T14:03:00.000Z'],
    ['YYYYMMDD', 'UTC', '19970101', '1997-01-01T00:00:00.000Z'],
    ['YYYYMMDD', 'Europe/London', '19970701', '1997-06-30T23:00:00.000Z'],
    ['unix', 'Europe/London', '1777989780', '2026-05-05T14:03:00.000Z'],
    ['unixms', 'UTC', '1777989780123', '2026-05-05T14:03:00.123Z'],
    ['dd/MM/yyyy HH:mm', 'America/Sao_Paulo', '05/05/2026 14:03', '2026-05-05T17:03:00.000Z'],
  ])('%s in %s: %s', (format, zone, text, expected) => {
    expect(timeReader(format, zone)(text)).toBe(expected);
  });

  it.each([
    ['iso', '14:03'],
    ['iso', '2026'],
    ['iso', '2026-W10'],
    ['iso', '2026-02-30'],
    ['iso', '05/05/2026'],
    ['YYYYMMDD', '19970230'],
    ['YYYYMMDD', '1997011'],
    ['unix', '-1'],
    ['unix', '1777989780.5'],
    ['unixms', '99999999999999999'],
    ['dd/MM/yyyy', '13/13/2026'],
  ])('%s refuses %s', (format, text) => {
    expect(timeReader(format, 'UTC')(text)).toBeUndefined();
  });

  it('answers the same the second time, whether it remembers or not', () => {
    const read = timeReader('unix', 'UTC');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const expected = new Date(seconds * 1_000).toISOString();
        expect([read(String(seconds)), read(String(seconds))]).toEqual([expected, expected]);
      }),
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => timeReader('iso', 'Brazil/Nowhere')).toThrow(ImportFailure);
  });
});
