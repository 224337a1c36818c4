import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointGrid } from './point-grid.ts';

const place = fc.record({
  x: fc.double({ min: -500, max: 500, noNaN: true }),
  y: fc.double({ min: -500, max: 500, noNaN: true }),
});
const far = (a: { x: number; y: number }, b: { x: number; y: number }) => (a.x - b.x) ** 2 + (a.y - b.y) ** 2;

describe('PointGrid', () => {
  it('finds as near a point as looking at every one does', () => {
    fc.assert(
      fc.property(
        fc.array(place, { maxLength: 80 }),
        place,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 3, max: 60 }),
        (points, at, radius, cell) => {
          const within = points.filter((point) => far(point, at) <= radius * radius);
          const found = new PointGrid(points, cell).nearest(at.x, at.y, radius);
          if (within.length === 0) expect(found).toBeUndefined();
          else expect(found && far(found, at)).toBe(Math.min(...within.map((point) => far(point, at))));
        },
      ),
    );
  });

  it('passes over what does not fit', () => {
    const grid = new PointGrid(
      [
        { x: 0, y: 0, name: 'a' },
        { x: 3, y: 0, name: 'b' },
      ],
      5,
    );
    expect(grid.nearest(0, 0, 10)?.name).toBe('a');
    expect(grid.nearest(0, 0, 10, ({ name }) => name !== 'a')?.name).toBe('b');
  });
});
