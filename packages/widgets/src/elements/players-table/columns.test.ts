import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, columnWidths, idWidth } from './columns.ts';

describe('columnWidths', () => {
  it('fills what there is, and never takes from a column what it needs', () => {
    const least = [idWidth, ...columns.map(({ width }) => width)];
    const sum = least.reduce((total, width) => total + width, 0);
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 4000 }), (available) => {
        const widths = columnWidths(available);
        expect(widths.reduce((total, width) => total + width, 0)).toBe(Math.max(available, sum));
        widths.forEach((width, index) => {
          expect(width).toBeGreaterThanOrEqual(least[index] ?? 0);
        });
      }),
    );
  });
});
