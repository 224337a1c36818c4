import { expect, it } from 'vitest';
import { RestartDelay } from './restart-delay.ts';

it('waits longer each time, up to a bound, and begins anew after a life of some length', () => {
  const delay = new RestartDelay();
  const waits = Array.from({ length: 10 }, () => delay.next(500));
  expect(waits.slice(0, 4)).toEqual([100, 200, 400, 800]);
  expect(waits.at(-1)).toBe(10_000);
  expect(delay.next(60_000)).toBe(100);
  expect(delay.next(29_000)).toBe(200);
});
