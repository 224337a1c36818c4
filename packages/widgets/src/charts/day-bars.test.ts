import { describe, expect, it } from 'vitest';
import { barBoxes } from './day-bars.ts';
import { sparkPoints } from './sparkline.ts';

describe('barBoxes', () => {
  it('stands gains on the zero line and hangs losses from it', () => {
    expect(barBoxes([30, -10, 0])).toEqual({
      zero: 75,
      boxes: [
        { y: 0, height: 75 },
        { y: 75, height: 25 },
        { y: 75, height: 0 },
      ],
    });
  });

  it('has boxes for days of nothing', () => {
    expect(barBoxes([0, 0]).boxes.every(({ y, height }) => y === 0 && height === 0)).toBe(true);
  });
});

describe('sparkPoints', () => {
  it('fills the width, the largest on top', () => {
    expect(sparkPoints([0, 10, 5])).toEqual([
      [0, 26],
      [50, 2],
      [100, 14],
    ]);
  });

  it('draws what never changes in the middle', () => {
    expect(sparkPoints([4, 4])).toEqual([
      [0, 14],
      [100, 14],
    ]);
  });
});
