import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageStore } from './page-store.ts';

/** A list of the numbers below `length` behind a keyset API that gives at most `most` rows a page. */
function listOf(length: number, { most = 1000, fails = 0 } = {}) {
  const asked: { cursor: string | null; limit: number }[] = [];
  let failing = fails;
  const fetch = async (cursor: string | null, limit: number) => {
    asked.push({ cursor, limit });
    if (failing > 0) {
      failing -= 1;
      throw new Error('no');
    }
    const from = Number(cursor ?? 0);
    const to = Math.min(from + Math.min(limit, most), length);
    const data = Array.from({ length: to - from }, (_, index) => from + index);
    return {
      data,
      nextCursor: to < length ? String(to) : null,
      ...(cursor === null ? { total: length } : {}),
    };
  };
  return { asked, fetch };
}

/** Waits until the store is at rest. */
const rest = async (store: PageStore<number>) => {
  while (store.walking) await new Promise((next) => setTimeout(next, 0));
};

describe('PageStore', () => {
  it('pays for one small page until somebody looks further', async () => {
    const { asked, fetch } = listOf(20_000);
    const store = new PageStore(fetch, () => {});
    store.want(30);
    await rest(store);
    expect(asked).toEqual([{ cursor: null, limit: 100 }]);
    expect([store.length, store.loaded, store.at(29), store.at(100)]).toEqual([20_000, 100, 29, undefined]);
  });

  it('walks to the last of 20,000 rows in 21 requests', async () => {
    const { asked, fetch } = listOf(20_000);
    const store = new PageStore(fetch, () => {});
    store.want(1);
    await rest(store);
    store.want(20_000);
    await rest(store);
    expect(store.at(19_999)).toBe(19_999);
    expect(asked).toHaveLength(21);
  });

  it('has every row in its place, whatever is wanted in whatever order and however pages are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 6 }),
        async (length, most, wants) => {
          const store = new PageStore(listOf(length, { most }).fetch, () => {});
          for (const end of wants) store.want(end);
          await rest(store);
          const wanted = Math.min(Math.max(...wants), length);
          expect(store.loaded).toBeGreaterThanOrEqual(wanted);
          expect(store.length).toBe(length);
          for (let index = 0; index < store.loaded; index += 1) expect(store.at(index)).toBe(index);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stands still at a failure, and goes on from there when told to', async () => {
    const { asked, fetch } = listOf(150, { fails: 1 });
    const store = new PageStore(fetch, () => {});
    store.want(150);
    await rest(store);
    store.want(10);
    await rest(store);
    expect(store.error).toBeInstanceOf(Error);
    expect(asked).toHaveLength(1);
    store.retry();
    await rest(store);
    expect([store.error, store.loaded]).toEqual([undefined, 150]);
  });

  it('tells no one once it is closed', async () => {
    let told = 0;
    const store = new PageStore(listOf(10).fetch, () => {
      told += 1;
    });
    store.want(10);
    store.close();
    await rest(store);
    expect([told, store.loaded]).toEqual([0, 0]);
  });

  it('is at rest when there is nothing to fetch, so that drawing does not call for drawing', async () => {
    let told = 0;
    const store = new PageStore(listOf(5).fetch, () => {
      told += 1;
    });
    store.want(5);
    await rest(store);
    const before = told;
    store.want(5);
    await rest(store);
    expect(told).toBe(before);
  });
});
