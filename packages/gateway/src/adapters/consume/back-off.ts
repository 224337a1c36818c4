import { setTimeout as sleep } from 'node:timers/promises';

const firstMs = 100;
const longestMs = 10_000;

/** Before the try that follows `failed` ones: doubled each time up to 10 s, and half of it by chance, so that many do not come at once. */
export const backOffMs = (failed: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(failed - 1, 20)) * (0.5 + Math.random() / 2);

/** Waits, and comes back at once, without an error, when the signal aborts. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
