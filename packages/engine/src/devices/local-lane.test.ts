import { describe, expect, it } from 'vitest';
import { kmeans } from '../clustering/kmeans.ts';
import { blobs } from '../testing/data.ts';
import { openCrew } from './crew.ts';
import { createTurns } from './local-lane.ts';

function keepBusy(): void {
  const end = performance.now() + 20;
  while (performance.now() < end);
}

describe('the turns of the calling thread', () => {
  it('are one after another, and others get theirs in between', async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const works = ['first', 'second', 'third'].map((name) =>
      turns(() => {
        keepBusy();
        seen.push(name);
        return name;
      }),
    );
    setTimeout(() => seen.push('other'));
    expect(await Promise.all(works)).toEqual(['first', 'second', 'third']);
    expect(seen.filter((name) => name !== 'other')).toEqual(['first', 'second', 'third']);
    expect(seen.indexOf('other')).toBeLessThan(seen.indexOf('third'));
  });

  it('go on after one that failed', async () => {
    const turns = createTurns();
    const failed = turns(() => {
      throw new Error('no');
    });
    const next = turns(() => 1);
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe(1);
  });
});

describe('a crew of the calling thread', () => {
  it('has more lanes the more there is to do, up to some', async () => {
    const lanes = async (work: number) => (await openCrew({ threads: 0 }, work, 1)).lanes.length;
    expect(await lanes(0)).toBe(1);
    expect(await lanes(1e8)).toBe(5);
    expect(await lanes(1e15)).toBe(32);
  });

  it('fits as workers do', async () => {
    const { matrix } = blobs({ rows: 70_001, features: 8, groups: 5, seed: 3, missing: 0.1 });
    for (const init of ['k-means++', 'k-means||'] as const) {
      const options = { k: 80, maxIterations: 3, init };
      expect(await kmeans(matrix, { ...options, threads: 0 })).toEqual(
        await kmeans(matrix, { ...options, threads: 1 }),
      );
    }
  });
});
