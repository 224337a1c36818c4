import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Progress } from './progress.ts';

describe('progress', () => {
  it('reaches just before the first that is not done, in whatever order they end', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 2500 }, (_, at) => at),
          { minLength: 0 },
        ),
        (ended) => {
          const progress = new Progress<number>();
          const finish = Array.from({ length: 2500 }, (_, at) => progress.begin(at));
          const done = new Set<number>();
          for (const at of ended) {
            finish[at]?.();
            finish[at]?.();
            done.add(at);
          }
          let first = 0;
          while (done.has(first)) first += 1;
          expect(progress.reached).toBe(first === 0 ? undefined : first - 1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('goes on with what begins later', () => {
    const progress = new Progress<string>();
    expect(progress.reached).toBeUndefined();
    const [a, b] = [progress.begin('a'), progress.begin('b')];
    b();
    expect(progress.reached).toBeUndefined();
    a();
    expect(progress.reached).toBe('b');
    const c = progress.begin('c');
    expect(progress.reached).toBe('b');
    c();
    expect(progress.reached).toBe('c');
  });
});
