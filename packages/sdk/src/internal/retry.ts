/** When a try is worth another, and how long to wait before it. */

const base = 500;
const ceiling = 8_000;
/** Above this a `Retry-After` is the caller's business: the error carries it. */
export const longestRetryAfter = 60;

const passing = new Set([408, 425, 429]);

export const isRetryable = (status: number, code: string | undefined): boolean =>
  status >= 500 || passing.has(status) || (status === 409 && code === 'idempotency_in_progress');

/**
 * Milliseconds before the next try: what the server asked for; otherwise full jitter under 0.5 s doubled for each
 * try, up to 8 s (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
 *
 * @param tried how many tries have failed, from 1
 */
export function retryDelay(
  tried: number,
  retryAfter: number | undefined,
  random: () => number = Math.random,
): number {
  if (retryAfter !== undefined) return retryAfter * 1_000;
  return random() * Math.min(ceiling, base * 2 ** (tried - 1));
}

/** Seconds from now, of a header that holds seconds or an HTTP date. */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1_000);
}
