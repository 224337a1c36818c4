import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { SendEventsResult } from './events-service.ts';
import { SenderGone } from './patient-reader.ts';
import { Slots } from './slots.ts';
import {
  type LineResult,
  type UnreadableLine,
  type UploadCounts,
  type UploadLimits,
  upload,
} from './upload.ts';
import { defaultUploadLimits } from './uploads-service.ts';

const never = new AbortController().signal;
const encode = (text: string) => new TextEncoder().encode(text);

/** What the fake store is sent: the id says what becomes of it. */
type Sent = { id: string; is: 'accepted' | 'duplicate' | 'conflict' | 'rejected' };
const lineOf = (id: string, is: Sent['is'] = 'accepted') => JSON.stringify({ id, is });
const asSent = (event: unknown): Sent => event as Sent; // only lines of `lineOf` reach it

const answer = (events: unknown[]): SendEventsResult => ({
  accepted: 0,
  duplicates: 0,
  conflicts: 0,
  rejected: 0,
  results: events.map((event, index) => ({ index, id: asSent(event).id, status: asSent(event).is })),
});

function bodyOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(typeof chunk === 'string' ? encode(chunk) : chunk);
      controller.close();
    },
  });
}

type Setting = {
  limits?: Partial<UploadLimits>;
  send?: (events: unknown[]) => Promise<SendEventsResult>;
  slots?: number;
  signal?: AbortSignal;
  tell?: (results: LineResult[], counts: UploadCounts) => Promise<void> | void;
};

async function run(body: ReadableStream<Uint8Array>, setting: Setting = {}) {
  const results: LineResult[] = [];
  const progress: UploadCounts[] = [];
  const unreadable: UnreadableLine[] = [];
  const outcome = await upload(
    body,
    {
      send: setting.send ?? (async (events) => answer(events)),
      keepUnreadable: async (lines) => void unreadable.push(...lines),
      tell: async (told, counts) => {
        results.push(...told);
        progress.push(counts);
        await setting.tell?.(told, counts);
      },
      slots: new Slots(setting.slots ?? 4),
    },
    { ...defaultUploadLimits, ...setting.limits },
    setting.signal ?? never,
  );
  return { ...outcome, results, progress, unreadable };
}

describe('an upload', () => {
  it('answers line by line, in order, for what is good, bad and blank', async () => {
    const body = bodyOf(
      `\ufeff${lineOf('a')}\r\n\n${lineOf('b', 'duplicate')}\nnot JSON\n${lineOf('c', 'conflict')}\n${lineOf('d', 'rejected')}`,
    );
    const { counts, results, failure, unreadable } = await run(body, { limits: { chunkEvents: 2 } });
    expect(failure).toBeUndefined();
    expect(results.map(({ line, id, status }) => [line, id, status])).toEqual([
      [1, 'a', 'accepted'],
      [3, 'b', 'duplicate'],
      [4, null, 'rejected'],
      [5, 'c', 'conflict'],
      [6, 'd', 'rejected'],
    ]);
    expect(results[2]).toMatchObject({
      code: 'event_invalid',
      errors: [{ pointer: '', detail: 'is not JSON' }],
    });
    expect(unreadable).toMatchObject([{ text: 'not JSON' }]);
    expect(counts).toEqual({ lines: 6, accepted: 1, duplicates: 1, conflicts: 1, rejected: 2 });
  });

  it('says the same however its bytes are cut, and however fast its store is', async () => {
    const part = fc.oneof(
      fc
        .tuple(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom('accepted', 'duplicate', 'conflict', 'rejected'),
        )
        .map(([id, is]) => lineOf(id, is)),
      fc.constantFrom('', '{', '\t', 'null1', 'é'.repeat(60)),
    );
    const ends = fc.constantFrom('\n', '\r\n');
    const text = fc.array(fc.tuple(part, ends)).map((lines) => lines.map((line) => line.join('')).join(''));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.nat()),
        fc.boolean(),
        fc.infiniteStream(fc.nat(3)),
        async (whole, at, trailing, turns) => {
          const bytes = encode(trailing ? whole : whole.replace(/\r?\n$/, ''));
          const places = [
            0,
            ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = places.slice(1).map((place, index) => bytes.slice(places[index], place));
          const limits = { chunkEvents: 3, inFlight: 4, maxLineBytes: 100 };
          const cut = await run(bodyOf(...chunks), {
            limits,
            send: async (events) => {
              for (let turn = turns.next().value ?? 0; turn > 0; turn -= 1) await new Promise(setImmediate);
              return answer(events);
            },
          });
          const uncut = await run(bodyOf(bytes), { limits: { ...limits, chunkEvents: 1000 } });
          expect(cut.results).toEqual(uncut.results);
          expect(cut.counts).toEqual(uncut.counts);
          expect(cut.failure).toBeUndefined();
          expect(cut.results.map(({ line }) => line)).toEqual(
            cut.results.map(({ line }) => line).sort((a, b) => a - b),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads no more than it may hold while the store stands still', async () => {
    let pulled = 0;
    const line = encode(`${lineOf('x'.repeat(900))}\n`);
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(line);
      },
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stop = new AbortController();
    const running = run(endless, {
      limits: { chunkEvents: 10, inFlight: 3 },
      slots: 2,
      signal: stop.signal,
      send: async (events) => {
        await held;
        await new Promise(setImmediate);
        return answer(events);
      },
    });
    await new Promise((next) => setTimeout(next, 300));
    // Two chunks with a slot, one that waits for a slot, and one read ahead.
    expect(pulled).toBeGreaterThan(20);
    expect(pulled).toBeLessThan(60);
    release();
    await expect.poll(() => pulled).toBeGreaterThan(200);
    stop.abort(new Error('enough'));
    expect((await running).failure).toEqual({ error: new Error('enough') });
  });

  it('waits while the gateway is overloaded, and gives up in the end', async () => {
    let refused = 0;
    const busy = () => new CrmbetError('overloaded', 'busy', { retryAfter: 0.02 });
    const { counts, failure } = await run(bodyOf(`${lineOf('a')}\n`), {
      send: async (events) => {
        refused += 1;
        if (refused < 5) throw busy();
        return answer(events);
      },
    });
    expect([refused, failure, counts.accepted]).toEqual([5, undefined, 1]);
    const given = await run(bodyOf(`${lineOf('a')}\n`), {
      limits: { overloadedMs: 60 },
      send: async () => {
        throw busy();
      },
    });
    expect(given.failure?.error).toMatchObject({ code: 'overloaded' });
    expect(given.counts).toMatchObject({ lines: 0, accepted: 0 });
  });

  it('ends at the first chunk that fails, counts what lies before it, and leaves nothing under way', async () => {
    let sending = 0;
    const stored: string[] = [];
    const lines = Array.from({ length: 1000 }, (_, index) => lineOf(`e-${index}`)).join('\n');
    const { counts, failure, results } = await run(bodyOf(...(lines.match(/[\s\S]{1,700}/g) ?? [])), {
      limits: { chunkEvents: 10 },
      send: async (events) => {
        sending += 1;
        await new Promise((next) => setTimeout(next, 5 * Math.random()));
        sending -= 1;
        if (events.some((event) => asSent(event).id === 'e-47')) throw new Error('the store is away');
        stored.push(...events.map((event) => asSent(event).id));
        return answer(events);
      },
    });
    expect(failure?.error).toEqual(new Error('the store is away'));
    expect(counts).toEqual({ lines: 40, accepted: 40, duplicates: 0, conflicts: 0, rejected: 0 });
    expect(results).toHaveLength(40);
    expect(sending).toBe(0);
    const before = stored.length;
    await new Promise((next) => setTimeout(next, 30));
    expect(stored).toHaveLength(before);
    expect(stored.length).toBeLessThan(200);
  });

  it('stops behind what is under way when its sender has gone', async () => {
    let sent = 0;
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        if (sent <= 3) controller.enqueue(encode(`${lineOf(`a${sent}`)}\n`));
        else controller.error(new Error('aborted'));
      },
    });
    const { counts, failure } = await run(broken, { limits: { chunkEvents: 1 } });
    expect(failure?.error).toBeInstanceOf(SenderGone);
    expect(counts).toMatchObject({ lines: 3, accepted: 3 });
  });

  it('stores what has come while its sender pauses, and gives up one that says nothing more', async () => {
    let close = () => {};
    const paused = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(encode(`${lineOf('a')}\n${lineOf('b')}`));
        close = () => controller.close();
      },
    });
    const progress: UploadCounts[] = [];
    const running = run(paused, { limits: { pauseMs: 20 }, tell: (_, counts) => void progress.push(counts) });
    await expect.poll(() => progress).toMatchObject([{ lines: 1, accepted: 1 }]);
    close();
    expect(await running).toMatchObject({ counts: { lines: 2, accepted: 2 } });

    const silent = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encode(lineOf('a'))),
    });
    const given = await run(silent, { limits: { pauseMs: 10, idleMs: 60 } });
    expect(given.failure?.error).toMatchObject({ code: 'request_timeout' });
  });

  it('gives up a sender that brings a byte every now and then', async () => {
    const slow = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await new Promise((next) => setTimeout(next, 20));
        controller.enqueue(encode(' '));
      },
    });
    const { failure } = await run(slow, { limits: { pauseMs: 5, idleMs: 200, minBytesPerSecond: 10_000 } });
    expect(failure?.error).toMatchObject({ code: 'request_timeout' });
  });

  it('does not count its own slowness against its sender', async () => {
    const { failure, counts } = await run(
      bodyOf(...Array.from({ length: 20 }, (_, n) => `${lineOf(`${n}`)}\n`)),
      {
        limits: { chunkEvents: 1, inFlight: 1, idleMs: 50, pauseMs: 10 },
        slots: 1,
        send: async (events) => {
          await new Promise((next) => setTimeout(next, 20));
          return answer(events);
        },
      },
    );
    expect([failure, counts.accepted]).toEqual([undefined, 20]);
  });

  it('ends at its limit, behind what it has read', async () => {
    const lines = Array.from({ length: 50 }, (_, n) => `${lineOf(`e-${n}`)}\n`);
    const size = lines.slice(0, 30).join('').length;
    const { counts, failure } = await run(bodyOf(...lines), { limits: { maxBytes: size } });
    expect(failure?.error).toMatchObject({ code: 'body_too_large' });
    expect(counts).toMatchObject({ lines: 30, accepted: 30 });
  });

  it('of nothing is nothing', async () => {
    expect(await run(bodyOf())).toMatchObject({ counts: { lines: 0, accepted: 0 }, results: [] });
    expect(await run(bodyOf('\n\n'))).toMatchObject({ counts: { lines: 2, accepted: 0 }, results: [] });
  });
});
