import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binEdges, binMatrix, fillBins, missingBin } from './bins.ts';
import { type GrowthLimits, TreeGrower } from './grow-tree.ts';

const noPause = async (): Promise<void> => {};
const limits: GrowthLimits = {
  maxLeaves: 2,
  maxDepth: 8,
  learningRate: 1,
  l2: 0.5,
  minChildWeight: 1,
  minGain: 0,
};

const floats = fc.array(fc.oneof(fc.float({ min: -8, max: 8, noNaN: true }), fc.constant(Number.NaN)), {
  minLength: 1,
  maxLength: 40,
});

describe('bins', () => {
  it('count the edges that are not above a value', () => {
    fc.assert(
      fc.property(floats, (values) => {
        const column = Float32Array.from(values);
        const edges = binEdges(column);
        const bins = new Uint8Array(column.length);
        fillBins(column, edges, bins);
        column.forEach((value, i) => {
          const expected = Number.isNaN(value) ? missingBin : edges.filter((edge) => edge <= value).length;
          expect(bins[i]).toBe(expected);
        });
        const known = new Set(column.filter((value) => !Number.isNaN(value)).map((value) => value + 0));
        expect(edges.length).toBe(Math.max(0, known.size - 1));
      }),
    );
  });

  it('are of about equal size, beside a value that fills many', () => {
    const column = Float32Array.from({ length: 30_000 }, (_, i) => (i % 3 === 0 ? i : 0));
    const edges = binEdges(column);
    const bins = new Uint8Array(column.length);
    fillBins(column, edges, bins);
    const sizes = new Array<number>(255).fill(0);
    for (const bin of bins) sizes[bin] = (sizes[bin] ?? 0) + 1;
    expect(edges.length).toBeGreaterThan(240);
    expect(sizes[0]).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...sizes.slice(1))).toBeLessThan(100);
  });
});

interface Row {
  readonly x: readonly number[];
  readonly gradient: number;
}

/** Whole numbers, so that sums are exact in any order. */
const problem = fc.array(
  fc.record({
    x: fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Number.NaN)), {
      minLength: 5,
      maxLength: 5,
    }),
    gradient: fc.integer({ min: -4, max: 4 }),
  }),
  { minLength: 2, maxLength: 30 },
);

async function grow(rows: readonly Row[], changes: Partial<GrowthLimits> = {}) {
  const columns = [0, 1, 2, 3, 4].map((j) => Float32Array.from(rows, ({ x }) => x[j] ?? Number.NaN));
  const data = await binMatrix(columns, 1, noPause);
  const order = Uint32Array.from(rows.keys());
  const grown = await new TreeGrower(data, { ...limits, ...changes }, noPause).grow({
    rows: order,
    columns: [0, 1, 2, 3, 4],
    gradients: Float32Array.from(rows, ({ gradient }) => gradient),
    hessians: new Float32Array(rows.length).fill(1),
  });
  return { ...grown, order };
}

/** The best gain over every feature, threshold and side for the missing values. */
function bestGain(rows: readonly Row[]): number {
  const score = (part: readonly Row[]): number =>
    part.reduce((sum, { gradient }) => sum + gradient, 0) ** 2 / (part.length + limits.l2);
  let best = 0;
  for (let j = 0; j < 5; j++) {
    for (let threshold = 0; threshold <= 7; threshold++) {
      for (const missingLeft of [true, false]) {
        const isLeft = ({ x }: Row): boolean => {
          const value = x[j] ?? Number.NaN;
          return Number.isNaN(value) ? missingLeft : value < threshold;
        };
        const left = rows.filter(isLeft);
        const right = rows.filter((row) => !isLeft(row));
        if (left.length === 0 || right.length === 0) continue;
        best = Math.max(best, (score(left) + score(right) - score(rows)) / 2);
      }
    }
  }
  return best;
}

describe('a grown tree', () => {
  it('makes the split that lowers the loss most, missing values on the better side', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async (rows) => {
        const { gains } = await grow(rows);
        const gained = [...gains.values()].reduce((sum, gain) => sum + gain, 0);
        expect(gained).toBeCloseTo(bestGain(rows), 6);
      }),
    );
  });

  it('has leaves that hold their rows and Newton’s step, in bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        problem,
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, maxLeaves, maxDepth) => {
          const { tree, leaves, order } = await grow(rows, { maxLeaves, maxDepth, minChildWeight: 2 });
          expect(leaves.length).toBeLessThanOrEqual(Math.min(maxLeaves, 2 ** maxDepth));
          expect(Array.from(order).sort((a, b) => a - b)).toEqual([...rows.keys()]);
          expect(tree.feature.filter((feature) => feature < 0).length).toBe(leaves.length);
          for (const { start, end, value } of leaves) {
            if (leaves.length > 1) expect(end - start).toBeGreaterThanOrEqual(2);
            let gradient = 0;
            for (const row of order.subarray(start, end)) {
              gradient += rows[row]?.gradient ?? 0;
              expect(leafValue(tree, rows[row]?.x ?? [])).toBe(value);
            }
            expect(value).toBeCloseTo(-gradient / (end - start + limits.l2), 5);
          }
        },
      ),
    );
  });
});

function leafValue(tree: Awaited<ReturnType<typeof grow>>['tree'], x: readonly number[]): number {
  let node = 0;
  for (let feature = tree.feature[0] ?? -1; feature >= 0; feature = tree.feature[node] ?? -1) {
    const value = x[feature] ?? Number.NaN;
    const isLeft = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value < (tree.value[node] ?? 0);
    node = isLeft ? node + 1 : (tree.right[node] ?? 0);
  }
  return tree.value[node] ?? 0;
}
