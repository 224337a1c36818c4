import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GpuContext } from '../devices/gpu-context.ts';
import { acquireGpu } from '../devices/gpu-device.ts';
import { WebGpuNeighbours } from '../devices/webgpu-neighbours.ts';
import type { ScaledRows } from '../neighbours/points.ts';
import { seededRandom } from '../random.ts';
import { normal } from './data.ts';

interface NeighbourCase {
  readonly count: number;
  readonly features: number;
  readonly neighbours: number;
  /** Every value is one of this many whole numbers: points repeat, distances tie and are exact. */
  readonly levels?: number;
}

const cases: readonly NeighbourCase[] = [
  { count: 1, features: 1, neighbours: 1 },
  { count: 2, features: 3, neighbours: 4 },
  { count: 63, features: 4, neighbours: 5 },
  { count: 64, features: 4, neighbours: 8 },
  { count: 65, features: 4, neighbours: 1 },
  { count: 700, features: 10, neighbours: 5 },
  { count: 300, features: 2, neighbours: 8, levels: 5 },
  { count: 130, features: 4, neighbours: 7, levels: 1 },
  { count: 200, features: 1, neighbours: 100, levels: 9 },
  { count: 150, features: 12, neighbours: 8, levels: 4 },
];

/** The search among neighbours on a graphics device, against float64. */
export function describeWebGpuNeighbours(): void {
  describe('neighbours on a graphics device', { timeout: 60_000 }, () => {
    let context: GpuContext;

    beforeAll(async () => {
      context = new GpuContext(await acquireGpu(true));
    }, 60_000);

    afterAll(() => context.close());

    it.each(cases)('are the nearest $neighbours of $count × $features', async (given) => {
      const rows = draw(given);
      const search = new WebGpuNeighbours(context);
      await search.load(rows);
      const first = Math.floor(given.count / 3);
      const answer = await search.nearest(first, given.count, given.neighbours);
      for (let row = first; row < given.count; row++) {
        const at = (row - first) * given.neighbours;
        const found = answer.found.subarray(at, at + given.neighbours);
        const distances = answer.distances.subarray(at, at + given.neighbours);
        const nearest = reference(rows, row).slice(0, given.neighbours);
        for (const [i, { distance, other }] of nearest.entries()) {
          expect(Math.abs((distances[i] ?? Number.NaN) - distance)).toBeLessThanOrEqual(
            1e-5 * (1 + distance),
          );
          if (given.levels) expect(found[i]).toBe(other);
          else expect(squared(rows, row, found[i] ?? -1)).toBeCloseTo(distance, 4);
        }
        expect(Array.from(found.subarray(nearest.length))).toEqual(
          new Array(Math.max(0, given.neighbours - nearest.length)).fill(-1),
        );
        expect(
          distances.subarray(nearest.length).every((distance) => distance === Number.POSITIVE_INFINITY),
        ).toBe(true);
      }
      search.release();
    });

    it('are the same when the points are gone over in many parts', async () => {
      const rows = draw({ count: 1500, features: 3, neighbours: 8, levels: 6 });
      const whole = new WebGpuNeighbours(context);
      await whole.load(rows);
      const parted = new WebGpuNeighbours(context, { batchQueries: 640, dispatchWork: 640 * 4 * 100 });
      await parted.load(rows);
      expect(await parted.nearest(0, 1500, 8)).toEqual(await whole.nearest(0, 1500, 8));
      whole.release();
      parted.release();
    });

    it.each([0, 129, 1.5])('cannot be %d', async (neighbours) => {
      await expect(new WebGpuNeighbours(context).nearest(0, 1, neighbours)).rejects.toMatchObject({
        code: 'engine_option_invalid',
      });
    });
  });
}

function draw({ count, features, levels }: NeighbourCase): ScaledRows {
  const random = seededRandom(count * 100 + features);
  const stride = Math.ceil(features / 4) * 4;
  const values = new Float32Array(count * stride);
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < features; j++) {
      values[row * stride + j] = levels ? Math.floor(random() * levels) : normal(random);
    }
  }
  return { features, stride, count, values };
}

function reference(rows: ScaledRows, row: number): { distance: number; other: number }[] {
  return Array.from({ length: rows.count }, (_, other) => ({ distance: squared(rows, row, other), other }))
    .filter(({ other }) => other !== row)
    .sort((a, b) => a.distance - b.distance || a.other - b.other);
}

function squared({ values, stride }: ScaledRows, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < stride; j++)
    sum += ((values[a * stride + j] ?? 0) - (values[b * stride + j] ?? Number.NaN)) ** 2;
  return sum;
}
