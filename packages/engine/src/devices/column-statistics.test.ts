import { describe, expect, it } from 'vitest';
import { quantiles } from '../order-statistics.ts';
import { seededRandom } from '../random.ts';
import { normal } from '../testing/data.ts';
import { columnStatistics } from './column-statistics.ts';
import { selectDevice } from './select.ts';

const random = seededRandom(3);
const column = (length: number, draw: (i: number) => number) =>
  Float32Array.from({ length }, (_, i) => draw(i));

/** Long enough for a sample, and shapes that a sample can be wrong about. */
const columns: [string, Float32Array][] = [
  ['short', column(1001, () => normal(random))],
  ['long', column(300_003, () => normal(random))],
  ['heavy-tailed', column(200_001, () => Math.exp(4 * normal(random)))],
  ['far from zero', column(200_001, () => 1e6 + normal(random))],
  ['of few values', column(200_001, () => Math.floor(random() * 3))],
  ['constant', column(200_001, () => 7)],
  ['sorted', column(200_001, (i) => i)],
  ['in step with the sample', column(16_384 * 16, (i) => (i % 16 === 8 ? 1e6 + i : i))],
  ['mostly missing', column(200_001, () => (random() < 0.9 ? Number.NaN : random()))],
  ['partly missing', column(200_001, () => (random() < 0.2 ? Number.NaN : random()))],
  ['missing', column(200_001, () => Number.NaN)],
  ['empty', new Float32Array(0)],
];

describe.each(['relaxed', 'simd', 'js'] as const)('column statistics by %s', (device) => {
  it.each(columns)('of a column that is %s', async (_, values) => {
    const fractions = [0.5, 0.25, 0.75, 0.01];
    const found = columnStatistics(await selectDevice(device))(values, fractions);
    expect(found.quantiles).toEqual(quantiles(values, fractions));
    const known = values.filter((value) => !Number.isNaN(value));
    if (known.length === 0) return;
    const mean = known.reduce((sum, value) => sum + (value - found.shift), 0);
    const squares = known.reduce((sum, value) => sum + (value - found.shift) ** 2, 0);
    expect(Math.abs(found.sum - mean)).toBeLessThanOrEqual(1e-9 * (1 + Math.sqrt(squares * known.length)));
    expect(Math.abs(found.squares - squares)).toBeLessThanOrEqual(1e-9 * (1 + squares));
  });
});
