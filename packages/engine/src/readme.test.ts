import { readFile } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';

/** The README's sample is a file that the compiler checks; here it also runs. */

afterEach(() => vi.restoreAllMocks());

it('shows the sample as it is', async () => {
  const [readme, sample] = await Promise.all(
    ['../README.md', '../samples/quick-start.ts'].map((file) =>
      readFile(new URL(file, import.meta.url), 'utf8'),
    ),
  );
  expect(/```ts\n([\s\S]*?)```/.exec(readme ?? '')?.[1]).toBe(sample);
});

it('and the sample runs', async () => {
  const printed: unknown[][] = [];
  vi.spyOn(console, 'log').mockImplementation((...line) => void printed.push(line));
  await import('../samples/quick-start.ts');
  expect(printed).toContainEqual(['prepare', 0]);
  expect(printed).toContainEqual([[3, 3]]);
  const clusters = printed.filter(([, share]) => share === 0.5).map(([, , traits]) => traits);
  expect(clusters.toSorted()).toEqual([
    'stake_30d high, bets_30d high, days_since_bet low',
    'stake_30d low, bets_30d low, days_since_bet high',
  ]);
  expect(printed.slice(-2)).toEqual([[6, 6, [expect.closeTo(0.88, 2), expect.closeTo(0.12, 2)]], [true]]);
});
