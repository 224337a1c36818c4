import { isWorthAnother, type Transport } from '../core/transport.ts';
import { APIError, ConnectionError, CRMBetError } from '../errors.ts';
import { path } from '../internal/path.ts';
import { retryDelay } from '../internal/retry.ts';
import { abortedBy } from '../internal/sleep.ts';
import { readBody } from '../stream/read-body.ts';
import type { EventResult, RequestOptions, UploadLine } from '../types.ts';
import type { CRMBetEvent } from './event.ts';
import { type Part, partsOf } from './parts-of.ts';

/** What became of an event that is not stored. */
export type UploadProblem = {
  event: CRMBetEvent;
  /** Which one of the source it was, from 0. */
  index: number;
  status: Extract<EventResult['status'], 'conflict' | 'rejected'>;
  code: string | undefined;
  errors: NonNullable<EventResult['errors']>;
};

export type UploadCounts = {
  /** Events that are answered for: the sum of the others. */
  events: number;
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
};

export type UploadOptions = Omit<RequestOptions, 'idempotencyKey'> & {
  /** Writes state without triggering any action: for loading history. */
  replay?: boolean | undefined;
  /** Told of each event that is not stored. The gateway keeps them too, as dead letters. */
  onProblem?: ((problem: UploadProblem) => void) | undefined;
  /** Told of what is durable so far. */
  onProgress?: ((counts: UploadCounts) => void) | undefined;
};

/** Characters of one request. It is kept until it is answered, so that what was not stored can be sent again. */
const partLength = 2_000_000;
const lingerMs = 1_000;

type End = Extract<UploadLine, { kind: 'end' }>;
type Item = Extract<UploadLine, { kind: 'item' }>;

/** Sends whatever a source brings, in order, and goes on from where a broken request came to. */
export async function uploadEvents(
  transport: Transport,
  source: Iterable<CRMBetEvent> | AsyncIterable<CRMBetEvent>,
  options: UploadOptions = {},
): Promise<UploadCounts> {
  const counts: UploadCounts = { events: 0, accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  const parts = partsOf(source, { length: partLength, lingerMs });
  try {
    let next = parts.next();
    for (;;) {
      const { done, value: part } = await next;
      if (done) return counts;
      // Gathered while this one is stored.
      next = parts.next();
      next.catch(() => {});
      await sendPart(transport, part, counts, options);
    }
  } finally {
    void parts.return().catch(() => {});
  }
}

async function sendPart(
  transport: Transport,
  { events, text }: Part<CRMBetEvent>,
  counts: UploadCounts,
  options: UploadOptions,
): Promise<void> {
  const { replay, onProblem, onProgress, ...rest } = options;
  const maxRetries = options.maxRetries ?? transport.maxRetries;
  let left = text;
  let from = 0;
  for (let failed = 0; from < events.length; ) {
    let error: CRMBetError;
    try {
      const { items, end } = await post(transport, left, replay, rest);
      for (const { line, status, code, errors = [] } of items) {
        const event = events[from + line - 1];
        if (event === undefined || (status !== 'conflict' && status !== 'rejected')) continue;
        onProblem?.({ event, index: counts.events + line - 1, status, code, errors });
      }
      for (const key of ['accepted', 'duplicates', 'conflicts', 'rejected'] as const)
        counts[key] += end.counts[key];
      counts.events += end.counts.lines;
      from += end.counts.lines;
      if (end.counts.lines > 0) {
        failed = 0;
        left = linesFrom(left, end.counts.lines);
        onProgress?.({ ...counts });
      }
      if (end.error === undefined) return;
      ({ error } = end);
    } catch (cause) {
      if (!(cause instanceof CRMBetError)) throw cause;
      error = cause;
    }
    failed += 1;
    if (failed > maxRetries || !isWorthAnother(error)) throw error;
    await transport.wait(
      retryDelay(failed, error instanceof APIError ? error.retryAfter : undefined),
      options.signal,
    );
  }
}

/** The gateway itself waits for up to a minute while it is overloaded. */
const patienceMs = 90_000;

async function post(
  transport: Transport,
  text: string,
  replay: boolean | undefined,
  { timeout = patienceMs, ...options }: RequestOptions,
): Promise<{ items: Item[]; end: { counts: End; error: APIError | undefined } }> {
  const response = await transport.open({
    ...options,
    method: 'POST',
    path: path`/v1/events`,
    query: { replay },
    text: { type: 'application/x-ndjson', content: text },
    timeout,
    maxRetries: 0,
  });
  const items: Item[] = [];
  for await (const line of linesOf(response, timeout, options.signal)) {
    if (line.kind === 'item') items.push(line);
    if (line.kind !== 'end') continue;
    const { problem } = line;
    return { items, end: { counts: line, error: problem && APIError.of(problem.status, problem) } };
  }
  throw new ConnectionError('The answer to an upload of events broke off.');
}

async function* linesOf(
  response: Response,
  idleMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<UploadLine, void> {
  if (response.body === null) return;
  const utf8 = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of readBody(response.body, idleMs)) {
      const [last = '', ...whole] = (rest + utf8.decode(chunk, { stream: true })).split('\n').reverse();
      rest = last;
      // The contract's word for the shape of a line.
      for (const line of whole.reverse()) yield JSON.parse(line) as UploadLine;
    }
  } catch (cause) {
    if (signal?.aborted) throw abortedBy(signal);
    throw cause instanceof CRMBetError
      ? cause
      : new ConnectionError('The answer to an upload broke off.', { cause });
  }
}

/** What follows so many lines. */
function linesFrom(text: string, lines: number): string {
  let at = 0;
  for (let n = 0; n < lines; n += 1) at = text.indexOf('\n', at) + 1;
  return text.slice(at);
}
