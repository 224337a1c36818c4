import { ConnectionError, TimeoutError } from '../errors.ts';
import { abortedBy } from './sleep.ts';

/** The part of `fetch` that is called. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

export type Limits = { timeout: number; signal: AbortSignal | undefined };

/**
 * One request, read under one time limit. The caller's signal goes on to the body of a response that `read` hands out
 * unread; the time limit does not.
 */
export async function exchange<T>(
  fetch: FetchLike,
  url: string,
  init: RequestInit,
  limits: Limits,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { timeout, signal } = limits;
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, timeout);
  let streaming = false;
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    const value = await read(response);
    streaming = !response.bodyUsed && response.body !== null;
    return value;
  } catch (cause) {
    if (signal?.aborted) throw abortedBy(signal);
    if (late) throw new TimeoutError(`${init.method} ${url} took longer than ${timeout} ms.`, { cause });
    throw new ConnectionError(`${init.method} ${url} got no answer${because(cause)}.`, { cause });
  } finally {
    clearTimeout(timer);
    if (!streaming) signal?.removeEventListener('abort', onAbort);
  }
}

/** Node says "fetch failed" and keeps the reason one level down. */
function because(cause: unknown): string {
  const reason = cause instanceof Error ? (cause.cause ?? cause) : cause;
  if (!(reason instanceof Error)) return '';
  const code = 'code' in reason && typeof reason.code === 'string' ? reason.code : reason.message;
  return code === '' ? '' : ` (${code})`;
}
