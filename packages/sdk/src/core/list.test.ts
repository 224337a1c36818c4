import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { List } from './list.ts';

/** A list of 0…n-1 in pages of `size`, and how many pages it was asked for. */
function listOfNumbers(n: number, size: number) {
  const asked: (string | undefined)[] = [];
  const list = new List<number>(async (cursor) => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const data = Array.from({ length: Math.min(size, n - from) }, (_, i) => from + i);
    return { data, nextCursor: from + size < n ? String(from + size) : null };
  });
  return { list, asked };
}

// Many runs, on a machine that may be busy: slow is not wrong.
describe('List', { timeout: 60_000 }, () => {
  it('gives every item once, in order, whatever the size of the pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 9 }), fc.nat(50), async (n, size, limit) => {
        const all = Array.from({ length: n }, (_, i) => i);
        const seen: number[] = [];
        for await (const item of listOfNumbers(n, size).list) seen.push(item);
        expect(seen).toEqual(all);
        expect(await listOfNumbers(n, size).list.toArray({ limit })).toEqual(all.slice(0, limit));
      }),
    );
  });

  it('asks for nothing before it is read, and for no page more than it needs', async () => {
    const { list, asked } = listOfNumbers(100, 10);
    expect(asked).toEqual([]);
    expect(await list.toArray({ limit: 20 })).toHaveLength(20);
    expect(asked).toEqual([undefined, '10']);
    expect(await listOfNumbers(5, 10).list.toArray({ limit: 0 })).toEqual([]);
  });

  it('is awaited for its first page, which is asked for once', async () => {
    const { list, asked } = listOfNumbers(3, 2);
    expect(await list).toEqual({ data: [0, 1], nextCursor: '2' });
    const sizes: number[] = [];
    for await (const page of list.pages()) sizes.push(page.data.length);
    expect(sizes).toEqual([2, 1]);
    expect(asked).toEqual([undefined, '2']);
  });

  it('fails as a promise does', async () => {
    const list = new List<number>(() => Promise.reject(new Error('no')));
    expect(await list.catch(() => 'caught')).toBe('caught');
    await expect(list.toArray({ limit: 1 })).rejects.toThrow('no');
  });
});
