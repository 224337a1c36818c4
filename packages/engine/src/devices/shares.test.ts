import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from '../matrix.ts';
import { fitScaling } from '../scaling.ts';
import type { Lane, LaneCalls } from './calls.ts';
import { LocalLane } from './local-lane.ts';
import { selectDevice } from './select.ts';
import { loadShares } from './shares.ts';

type Load = LaneCalls['load']['input'];

/** Real lanes of this thread, and what they were asked to load. */
async function load(
  rows: number,
  laneCount: number,
): Promise<{ loads: Load[]; squares: number; firsts: number[] }> {
  const matrix = FeatureMatrix.fromColumns(['row'], [Float32Array.from({ length: rows }, (_, i) => i)]);
  const factory = await selectDevice('js');
  const loads: Load[] = [];
  const lanes = Array.from({ length: laneCount }, (): Lane => {
    const lane = new LocalLane(factory);
    return {
      call: (method, input) => {
        if (method === 'load' && 'chunkRows' in input) loads.push(input);
        return lane.call(method, input);
      },
      release: () => lane.release(),
    };
  });
  const crew = { lanes, device: factory.device, remote: true, close: async () => undefined };
  const { shares, squares } = await loadShares(crew, matrix, fitScaling(matrix), 2);
  return { loads, squares, firsts: shares.map(({ firstRow }) => firstRow) };
}

describe('loadShares', () => {
  it.each([1, 8, 2047, 2049, 10_007, 300_001])('cuts %i rows alike for any number of lanes', async (rows) => {
    const alone = await load(rows, 1);
    for (const lanes of [2, 3, 7, 64]) {
      const shared = await load(rows, lanes);
      // One size of chunk, whoever holds them: every sum is then made of the same sums.
      const chunkRows = new Set([...alone.loads, ...shared.loads].map((input) => input.chunkRows));
      expect(chunkRows.size).toBe(1);
      expect([...chunkRows].every((size) => size % 8 === 0)).toBe(true);
      expect(shared.squares).toBe(alone.squares);
    }
  });

  it('gives every row to one lane, in order, on a chunk’s border', async () => {
    const { loads, firsts } = await load(300_001, 3);
    expect(loads).toHaveLength(3);
    const rows = loads.flatMap(({ columns }) => Array.from(columns[0] ?? []));
    expect(rows).toHaveLength(300_001);
    expect(rows.every((row, i) => row === i)).toBe(true);
    expect(firsts.every((first) => first % (loads[0]?.chunkRows ?? Number.NaN) === 0)).toBe(true);
  });

  it('leaves lanes idle that there are no chunks for', async () => {
    expect((await load(100, 4)).loads).toHaveLength(1);
  });
});
