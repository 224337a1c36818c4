import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayBefore, dayMs, isAtLeast, parseSpan, type Span, spanText } from './span.ts';

const anySpan = fc.oneof(
  fc.record({ count: fc.integer({ min: 1, max: 3000 }), unit: fc.constant('day' as const) }),
  fc.record({ count: fc.integer({ min: 1, max: 100 }), unit: fc.constant('month' as const) }),
);
const anyNow = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) });
const iso = (ms: number) => new Date(ms).toISOString();

describe('a span', () => {
  it('is read as it is written', () => {
    expect(parseSpan('400d')).toEqual({ count: 400, unit: 'day' });
    expect(parseSpan('18mo')).toEqual({ count: 18, unit: 'month' });
    expect(parseSpan('2y')).toEqual({ count: 24, unit: 'month' });
    for (const text of ['', '18', '18m', '0d', '-1d', '1.5y', '18mo ', '18MO', '101y', '99999d', 'forever'])
      expect(parseSpan(text), text).toBeUndefined();
    fc.assert(
      fc.property(anySpan, (span) => {
        expect(parseSpan(spanText(span))).toEqual(span);
      }),
    );
  });

  it('goes back by the calendar, to the start of a day in UTC', () => {
    const noon = Date.UTC(2026, 2, 31, 12);
    expect(iso(dayBefore(noon, { count: 1, unit: 'month' }))).toBe('2026-02-28T00:00:00.000Z');
    expect(iso(dayBefore(noon, { count: 3, unit: 'month' }))).toBe('2025-12-31T00:00:00.000Z');
    expect(iso(dayBefore(noon, { count: 25, unit: 'month' }))).toBe('2024-02-29T00:00:00.000Z');
    expect(iso(dayBefore(noon, { count: 31, unit: 'day' }))).toBe('2026-02-28T00:00:00.000Z');
    expect(iso(dayBefore(Date.UTC(2026, 0, 1), { count: 12, unit: 'month' }))).toBe(
      '2025-01-01T00:00:00.000Z',
    );
  });

  it('never ends earlier as time goes on', () => {
    fc.assert(
      fc.property(anyNow, fc.integer({ min: 0, max: 60 * dayMs }), anySpan, (now, later, span) => {
        expect(dayBefore(now + later, span)).toBeGreaterThanOrEqual(dayBefore(now, span));
        expect(dayBefore(now, span)).toBeLessThanOrEqual(now - dayMs);
      }),
      { numRuns: 1000 },
    );
  });

  it('is compared with another on every day', () => {
    const span = (text: string): Span => parseSpan(text) ?? { count: 0, unit: 'day' };
    expect(isAtLeast(span('1mo'), span('31d'))).toBe(false);
    expect(isAtLeast(span('31d'), span('1mo'))).toBe(true);
    expect(isAtLeast(span('1mo'), span('28d'))).toBe(true);
    expect(isAtLeast(span('1mo'), span('29d'))).toBe(false);
    expect(isAtLeast(span('365d'), span('1y'))).toBe(false);
    expect(isAtLeast(span('2y'), span('24mo'))).toBe(true);
    fc.assert(
      fc.property(
        anySpan,
        anySpan,
        fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2098, 0, 1) }),
        (a, b, now) => {
          if (isAtLeast(a, b)) expect(dayBefore(now, a)).toBeLessThanOrEqual(dayBefore(now, b));
        },
      ),
      { numRuns: 300 },
    );
  });
});
