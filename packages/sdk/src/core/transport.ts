import { AbortedError, APIError, ConnectionError, CRMBetError } from '../errors.ts';
import { gzip } from '../internal/gzip.ts';
import { exchange, type FetchLike } from '../internal/http.ts';
import type { Path } from '../internal/path.ts';
import { errorOf } from '../internal/problem.ts';
import { randomId } from '../internal/random-id.ts';
import { isRetryable, longestRetryAfter, retryDelay } from '../internal/retry.ts';
import { abortedBy, type Sleep, sleep } from '../internal/sleep.ts';
import type { RequestOptions } from '../types.ts';
import type { Credential } from './credential.ts';
import type { Logger } from './logger.ts';

export type Query = Record<string, string | number | boolean | undefined>;

export type Call = RequestOptions & {
  method: 'GET' | 'POST' | 'DELETE';
  path: Path;
  query?: Query | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in the place of `body`. */
  text?: { type: string; content: string };
  headers?: Record<string, string>;
  /** Lets the request outlive the page. Browsers allow 64 KB of these in flight. */
  keepalive?: boolean;
};

type Body = { content: string | Uint8Array<ArrayBuffer>; headers: Record<string, string> };

export type TransportSettings = {
  baseUrl: string;
  credential: Credential;
  timeout: number;
  maxRetries: number;
  /** Whether bodies worth it go out as gzip. */
  compress?: boolean;
  fetch: FetchLike;
  logger: Logger;
  /** Tests wait less. */
  sleep?: Sleep;
};

/** Sends calls: the credential, the tries, the time limit, and failures as errors. Knows no noun. */
export class Transport {
  readonly #settings: TransportSettings;
  readonly #sleep: Sleep;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
    this.#sleep = settings.sleep ?? sleep;
  }

  get logger(): Logger {
    return this.#settings.logger;
  }

  get maxRetries(): number {
    return this.#settings.maxRetries;
  }

  /** Between two tries. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#sleep(ms, signal);
  }

  /** The JSON of the answer; undefined where there is none (204). */
  async request<T>(call: Call): Promise<T> {
    const text = await this.#tries(call, (response) => response.text());
    try {
      // The contract's word for the shape: the gateway's answers are checked against it by the gateway's own tests.
      return (text === '' ? undefined : JSON.parse(text)) as T;
    } catch (cause) {
      throw new CRMBetError(`${call.method} ${call.path} was answered with something that is not JSON.`, {
        cause,
      });
    }
  }

  /** The bytes of the answer, all of them. */
  bytes(call: Call): Promise<Uint8Array<ArrayBuffer>> {
    return this.#tries(call, async (response) => new Uint8Array(await response.arrayBuffer()));
  }

  /** The answer as soon as its head is there, the body still to be read. The time limit ends with the head. */
  open(call: Call): Promise<Response> {
    return this.#tries(call, async (response) => response);
  }

  async #tries<T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> {
    const { credential, logger } = this.#settings;
    const maxRetries = call.maxRetries ?? this.#settings.maxRetries;
    const idempotencyKey = call.method === 'POST' ? (call.idempotencyKey ?? randomId()) : undefined;
    const body = await this.#bodyOf(call);
    let renewed = false;
    for (let tried = 1; ; tried += 1) {
      if (call.signal?.aborted) throw abortedBy(call.signal);
      const token = await credential.token(call.signal);
      const failure = await this.#try(call, token, idempotencyKey, body, read);
      if ('value' in failure) return failure.value;
      const { error } = failure;
      if (
        error instanceof APIError &&
        error.status === 401 &&
        !renewed &&
        credential.refused(token, error.code)
      ) {
        renewed = true;
        tried -= 1;
        continue;
      }
      if (tried > maxRetries || !isWorthAnother(error)) throw error;
      const wait = retryDelay(tried, error instanceof APIError ? error.retryAfter : undefined);
      logger.debug('crmbet: trying again', {
        method: call.method,
        path: call.path,
        tried,
        waitMs: Math.round(wait),
        reason: error.message,
      });
      await this.#sleep(wait, call.signal);
    }
  }

  async #bodyOf({ body, text, keepalive }: Call): Promise<Body | undefined> {
    if (text === undefined && body === undefined) return undefined;
    const type = text?.type ?? 'application/json';
    const content = text?.content ?? JSON.stringify(body);
    // A page that is left has no time for it.
    const packed = keepalive || this.#settings.compress === false ? undefined : await gzip(content);
    return packed === undefined
      ? { content, headers: { 'content-type': type } }
      : { content: packed, headers: { 'content-type': type, 'content-encoding': 'gzip' } };
  }

  async #try<T>(
    call: Call,
    token: string,
    idempotencyKey: string | undefined,
    body: Body | undefined,
    read: (response: Response) => Promise<T>,
  ): Promise<{ value: T } | { error: CRMBetError }> {
    const { baseUrl, timeout, fetch } = this.#settings;
    try {
      return await exchange(
        fetch,
        `${baseUrl}${call.path}${search(call.query)}`,
        {
          method: call.method,
          headers: {
            accept: 'application/json',
            authorization: `Bearer ${token}`,
            ...body?.headers,
            ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
            ...call.headers,
          },
          ...(body === undefined ? {} : { body: body.content }),
          ...(call.keepalive ? { keepalive: true } : {}),
        },
        { timeout: call.timeout ?? timeout, signal: call.signal },
        async (response) =>
          response.ok ? { value: await read(response) } : { error: await errorOf(response) },
      );
    } catch (error) {
      if (error instanceof CRMBetError) return { error };
      throw error;
    }
  }
}

/** Whether what failed may pass the next time, and soon. */
export function isWorthAnother(error: CRMBetError): boolean {
  if (error instanceof AbortedError) return false;
  if (error instanceof ConnectionError) return true;
  return (
    error instanceof APIError &&
    isRetryable(error.status, error.code) &&
    (error.retryAfter ?? 0) <= longestRetryAfter
  );
}

function search(query: Query | undefined): string {
  const given = Object.entries(query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
