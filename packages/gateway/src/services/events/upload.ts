import { setTimeout as sleep } from 'node:timers/promises';
import { CrmbetError, type FieldError } from '../../errors/crmbet-error.ts';
import type { EventResult, SendEventsResult } from './events-service.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import { type Patience, pause, readPatiently } from './patient-reader.ts';
import type { Slots } from './slots.ts';

/** What became of one line. */
export type LineResult = Omit<EventResult, 'index'> & { line: number };

/** Of the lines from the first to the `lines`-th, blank ones included: all of them are answered for, and durable. */
export type UploadCounts = {
  lines: number;
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
};

/** A line that is no event because it is no JSON. */
export type UnreadableLine = { text: string; errors: FieldError[] };

export type UploadLimits = Patience & {
  /** Bytes of a whole upload. */
  maxBytes: number;
  maxLineBytes: number;
  /** Events and characters that are stored at once; whichever is reached first. */
  chunkEvents: number;
  chunkLength: number;
  /** Chunks of one upload that are being stored, or wait to be told of. */
  inFlight: number;
  /** Milliseconds that a chunk is tried again while the gateway is overloaded. */
  overloadedMs: number;
};

export type UploadPorts = {
  send(events: unknown[]): Promise<SendEventsResult>;
  keepUnreadable(lines: UnreadableLine[]): Promise<void>;
  /** Told in the order of the lines, once they are durable. What it waits for holds back the reading. */
  tell(results: LineResult[], counts: UploadCounts): Promise<void> | void;
  /** Shared by all uploads. */
  slots: Slots;
};

type Chunk = {
  events: unknown[];
  lines: number[];
  unreadable: (UnreadableLine & { line: number })[];
  upTo: number;
};

export const uploadTooLarge = (maxBytes: number): CrmbetError =>
  new CrmbetError(
    'body_too_large',
    `An upload may have up to ${maxBytes} bytes. Send the rest in another one.`,
  );

/**
 * Takes in events as their lines arrive, some chunks at a time, and holds no more of them than that: while the store is busy, nothing
 * is read. Returns when nothing of it is under way any more.
 *
 * @returns what ended it before its end, if something did
 */
export async function upload(
  body: ReadableStream<Uint8Array>,
  ports: UploadPorts,
  limits: UploadLimits,
  signal: AbortSignal,
): Promise<{ counts: UploadCounts; failure?: { error: unknown } }> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const counts: UploadCounts = { lines: 0, accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  const inFlight = new Set<Promise<void>>();
  let told: Promise<void> = Promise.resolve();

  const launch = async (chunk: Chunk) => {
    while (inFlight.size >= limits.inFlight) await Promise.race(inFlight);
    const giveBack = await ports.slots.take();
    if (either.aborted) giveBack();
    either.throwIfAborted();
    const stored = store(chunk, ports, limits, either).finally(giveBack);
    stored.catch(() => {});
    told = told.then(async () => {
      const results = await stored;
      add(counts, results, chunk.upTo);
      await ports.tell(results, { ...counts });
    });
    const done: Promise<void> = told
      .catch((error: unknown) => stop.abort(error))
      // A chunk that follows a failed one may still be on its way to the store.
      .then(() => stored.then(nothing, nothing))
      .finally(() => inFlight.delete(done));
    inFlight.add(done);
  };

  let failure: { error: unknown } | undefined;
  try {
    const splitter = new LineSplitter(limits.maxLineBytes);
    for await (const chunk of chunksOf(body, splitter, limits, either)) {
      await launch(chunk);
    }
    await told;
    counts.lines = splitter.lines;
  } catch (error) {
    failure = { error };
  }
  while (inFlight.size > 0) await Promise.race(inFlight);
  return failure === undefined ? { counts } : { counts, failure };
}

const nothing = () => {};

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  splitter: LineSplitter,
  limits: UploadLimits,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  const empty = (): Chunk => ({ events: [], lines: [], unreadable: [], upTo: 0 });
  let chunk = empty();
  let length = 0;
  let bytes = 0;
  const isEmpty = () => chunk.events.length + chunk.unreadable.length === 0;
  const take = (upTo: number): Chunk => {
    const full = { ...chunk, upTo };
    chunk = empty();
    length = 0;
    return full;
  };
  function* fill(lines: Iterable<Line>): Generator<Chunk> {
    for (const line of lines) {
      addLine(chunk, line);
      length += line.text.length;
      if (length >= limits.chunkLength || chunk.events.length + chunk.unreadable.length >= limits.chunkEvents)
        yield take(line.line);
    }
  }
  for await (const piece of readPatiently(body, limits, signal)) {
    if (piece === pause) {
      if (!isEmpty()) yield take(splitter.lines);
      continue;
    }
    bytes += piece.byteLength;
    if (bytes > limits.maxBytes) {
      // What came before is whole, and is stored: the next upload goes on behind it.
      if (!isEmpty()) yield take(splitter.lines);
      throw uploadTooLarge(limits.maxBytes);
    }
    yield* fill(splitter.push(piece));
  }
  yield* fill(splitter.end());
  if (!isEmpty()) yield take(splitter.lines);
}

function addLine(chunk: Chunk, { line, text, fault }: Line): void {
  if (fault === undefined) {
    try {
      chunk.events.push(JSON.parse(text));
      chunk.lines.push(line);
      return;
    } catch {
      // Told below: this line is an item of its own, and the others go on.
    }
  }
  chunk.unreadable.push({ line, text, errors: [{ pointer: '', detail: fault ?? 'is not JSON' }] });
}

async function store(
  { events, lines, unreadable }: Chunk,
  { send, keepUnreadable }: UploadPorts,
  limits: UploadLimits,
  signal: AbortSignal,
): Promise<LineResult[]> {
  if (unreadable.length > 0) await keepUnreadable(unreadable);
  const sent =
    events.length === 0 ? [] : (await sendPatiently(() => send(events), limits.overloadedMs, signal)).results;
  const results = sent.map(({ index, ...result }): LineResult => ({ line: lines[index] ?? 0, ...result }));
  for (const { line, errors } of unreadable)
    results.push({ line, id: null, status: 'rejected', code: 'event_invalid', errors });
  return unreadable.length === 0 ? results : results.sort((a, b) => a.line - b.line);
}

/** While too much waits to be stored, this upload waits too: its sender has nothing to do about it. */
async function sendPatiently<T>(send: () => Promise<T>, patienceMs: number, signal: AbortSignal): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const isBusy = error instanceof CrmbetError && error.code === 'overloaded';
      if (!isBusy || performance.now() > end) throw error;
      // Spread, so that those who wait do not all come back at once.
      const ms = (error.retryAfter ?? 1) * 1000 * (0.2 + 0.8 * Math.random());
      await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

function add(counts: UploadCounts, results: readonly LineResult[], lines: number): void {
  counts.lines = lines;
  for (const { status } of results) counts[countOf[status]] += 1;
}

const countOf = {
  accepted: 'accepted',
  duplicate: 'duplicates',
  conflict: 'conflicts',
  rejected: 'rejected',
} as const satisfies Record<LineResult['status'], keyof UploadCounts>;
