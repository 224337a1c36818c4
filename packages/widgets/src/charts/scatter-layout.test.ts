import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterMiddles, placePoints } from './scatter-layout.ts';

const point = fc.record({
  player: fc.string(),
  x: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  y: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  cluster: fc.integer({ min: 0, max: 5 }),
});

describe('placePoints', () => {
  it('keeps every point inside the box, in the order of the axis', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 60 }), (points) => {
        const placed = placePoints(points, 400, 300, 16);
        for (const { x, y } of placed) {
          expect(x).toBeGreaterThanOrEqual(16);
          expect(x).toBeLessThanOrEqual(384);
          expect(y).toBeGreaterThanOrEqual(16);
          expect(y).toBeLessThanOrEqual(284);
        }
        const order = placed
          .map((_, index) => index)
          .toSorted((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0));
        for (let index = 1; index < order.length; index += 1) {
          expect(placed[order[index] ?? 0]?.x).toBeGreaterThanOrEqual(placed[order[index - 1] ?? 0]?.x ?? 0);
        }
      }),
    );
  });

  it('leaves room for the many when one lies far out', () => {
    const crowd = Array.from({ length: 500 }, (_, index) => ({
      player: `p${index}`,
      x: index / 500,
      y: 0,
      cluster: 0,
    }));
    const placed = placePoints([...crowd, { player: 'whale', x: 1000, y: 0, cluster: 0 }], 400, 300, 0);
    expect((placed[480]?.x ?? 0) - (placed[20]?.x ?? 0)).toBeGreaterThan(250);
  });
});

describe('clusterMiddles', () => {
  it('is not pulled by one that lies far out', () => {
    const at = (x: number) => ({ x, y: 0, player: '', cluster: 2 });
    expect(clusterMiddles([at(1), at(2), at(900)]).get(2)).toEqual({ x: 2, y: 0 });
  });
});
