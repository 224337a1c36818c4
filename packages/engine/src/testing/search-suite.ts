import { describe, expect, it } from 'vitest';
import type { KernelDevice } from '../kernels/kernel.ts';
import { leafOrder } from '../neighbours/index-order.ts';
import { SearchIndex } from '../neighbours/search-index.ts';
import { selectNeighbourKernel } from '../neighbours/select.ts';
import { seededRandom } from '../random.ts';
import { normal } from './data.ts';

interface SearchCase {
  readonly name: string;
  readonly rows: number;
  readonly features: number;
  readonly neighbours: number;
  /** Every value is one of this many, so that rows repeat and distances tie. */
  readonly levels?: number;
  /** Added to every value: near points far from zero. */
  readonly offset?: number;
}

const cases: SearchCase[] = [
  ...Array.from({ length: 18 }, (_, i) => ({
    name: `${i + 1} features`,
    rows: 203,
    features: i + 1,
    neighbours: 5,
  })),
  ...[1, 2, 7, 8, 9, 63, 64, 65, 127, 129].map((rows) => ({
    name: `${rows} rows`,
    rows,
    features: 3,
    neighbours: 4,
  })),
  { name: 'rows that repeat', rows: 400, features: 2, neighbours: 6, levels: 4 },
  { name: 'rows far from zero', rows: 300, features: 6, neighbours: 3, offset: 4096 },
  { name: '65 features', rows: 90, features: 65, neighbours: 2 },
];

/** What every device promises: float64 distances of all pairs, in the same order of summing. */
export function describeSearch(device: KernelDevice): void {
  describe(`searches on ${device}`, () => {
    it.each(cases)('find what is there among $name', async (given) => {
      const { index, rows, stride } = await indexOf(device, given);
      const { neighbours } = given;
      const distance = (a: number, b: number): number => squared(rows, stride, a, b);
      const all = Array.from({ length: given.rows }, (_, row) => row);
      const endLeaf = Math.ceil(given.rows / leafRows);

      const { distances, found } = index.nearest({ firstLeaf: 0, endLeaf });
      for (const row of all) {
        const others = all.filter((other) => other !== row).map((other) => distance(row, other));
        const nearest = others.sort((a, b) => a - b).slice(0, neighbours);
        const list = Array.from(distances.subarray(row * neighbours, (row + 1) * neighbours));
        expect(list.slice(0, nearest.length)).toEqual(nearest);
        expect(list.slice(nearest.length).every((value) => value === Number.POSITIVE_INFINITY)).toBe(true);
        const names = Array.from(found.subarray(row * neighbours, (row + 1) * neighbours));
        expect(names.filter((name) => name >= 0).map((name) => distance(row, name))).toEqual(nearest);
        expect(new Set(names.filter((name) => name >= 0)).size).toBe(nearest.length);
      }

      // A limit that is some pair's distance: pairs at the limit count.
      const limit = given.rows > 1 ? distance(0, given.rows - 1) : 1;
      const { counts } = index.count({ firstLeaf: 0, endLeaf, limit, minPoints: 9 });
      for (const row of all) {
        const near = all.filter((other) => distance(row, other) <= limit).length;
        expect(counts[row]).toBe(Math.min(near, 9));
      }

      const cores = Float64Array.from(all, (row) => ((row * 7919) % 13) / 13);
      const components = Int32Array.from(all, (row) => row % 3);
      index.mark({ components, cores });
      index.seek({ bests: new Float64Array(given.rows).fill(Number.POSITIVE_INFINITY) });
      index.foreign({ queries: Int32Array.from(all) });
      const { bests, from, to } = index.edges();
      for (const component of [0, 1, 2]) {
        const weights = all.flatMap((a) =>
          all
            .filter((b) => components[a] === component && components[b] !== component)
            .map((b) => Math.max(distance(a, b), cores[a] ?? 0, cores[b] ?? 0)),
        );
        if (component >= given.rows) continue;
        expect(bests[component]).toBe(Math.min(...weights));
        if (weights.length === 0) continue;
        const [a = 0, b = 0] = [from[component], to[component]];
        expect(components[a]).toBe(component);
        expect(Math.max(distance(a, b), cores[a] ?? 0, cores[b] ?? 0)).toBe(bests[component]);
      }

      const assigned = index.assign({ queries: rows, limit: Number.POSITIVE_INFINITY });
      for (const row of all) {
        const weights = all.map((other) => Math.max(distance(row, other), cores[other] ?? 0));
        expect(assigned.weights[row]).toBe(Math.min(...weights));
        expect(assigned.found[row]).toBe(weights.indexOf(Math.min(...weights)));
      }
    });
  });
}

const leafRows = 64;

/** Places are the rows' own numbers here: what is put in order is what was put in order before. */
async function indexOf(
  device: KernelDevice,
  { rows: count, features, neighbours, levels, offset = 0 }: SearchCase,
): Promise<{ index: SearchIndex; rows: Float32Array; stride: number }> {
  const random = seededRandom(count * 1000 + features);
  const stride = Math.ceil(features / 4) * 4;
  const given = new Float32Array(count * stride);
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < features; j++) {
      given[row * stride + j] = (levels ? Math.floor(random() * levels) : normal(random)) + offset;
    }
  }
  const order = Int32Array.from({ length: count }, (_, row) => row);
  await leafOrder(given, stride, leafRows, async () => undefined, order, [0]);
  const rows = new Float32Array(count * stride);
  order.forEach((row, place) => {
    rows.set(given.subarray(row * stride, (row + 1) * stride), place * stride);
  });
  const index = new SearchIndex((await selectNeighbourKernel(device)).create());
  const originals = Int32Array.from({ length: count }, (_, place) => place);
  index.load({ rows, originals, features, leafRows, neighbours });
  index.pack({ firstLeaf: 0, endLeaf: Math.ceil(count / leafRows) });
  return { index, rows, stride };
}

function squared(rows: Float32Array, stride: number, a: number, b: number): number {
  let even = 0;
  let odd = 0;
  for (let j = 0; j < stride; j += 2) {
    even += ((rows[a * stride + j] ?? 0) - (rows[b * stride + j] ?? 0)) ** 2;
    odd += ((rows[a * stride + j + 1] ?? 0) - (rows[b * stride + j + 1] ?? 0)) ** 2;
  }
  return even + odd;
}
