import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { Intake, type IntakeOptions, type IntakeTarget } from './intake.ts';
import type { StreamItem, Unreadable } from './stream-message.ts';

type Event = { player: string; n: number };

const event = (n: number, player = 'p-1'): StreamItem => ({
  kind: 'event',
  event: { player, n },
  replay: false,
});
const unreadable = (raw: string): Unreadable => ({
  kind: 'unreadable',
  raw,
  code: 'body_not_json',
  errors: [],
  replay: false,
});

/** A store that remembers what it took, and fails when it is told to. */
function createTarget(fail: (events: readonly unknown[]) => unknown = () => undefined) {
  const stored: Event[] = [];
  const letters: unknown[] = [];
  const batches: number[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const target: IntakeTarget = {
    send: async (events) => {
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      await new Promise((next) => setTimeout(next, Math.random() * 3));
      inFlight -= 1;
      const error = fail(events);
      if (error !== undefined) throw error;
      batches.push(events.length);
      // Only what this test itself made is sent.
      stored.push(...(events as Event[]));
    },
    keep: async (kept) => {
      letters.push(...kept.map(({ raw }) => raw));
    },
  };
  return { target, stored, letters, batches, mostInFlight: () => mostInFlight };
}

const options = (more: Partial<IntakeOptions> = {}): IntakeOptions => ({
  slots: 4,
  maxBatch: 100,
  maxWaiting: 10_000,
  maxWaitingBytes: 1_000_000,
  onRetry: () => {},
  onSetAside: () => {},
  delay: () => 1,
  ...more,
});

describe('an intake', () => {
  it('stores everything once, each player in order, several batches at once, and reports a message after its last event', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(5), { maxLength: 7 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        async (messages, maxBatch) => {
          const store = createTarget();
          const intake = new Intake(store.target, options({ maxBatch }));
          let n = 0;
          const done: number[] = [];
          for (const [at, players] of messages.entries()) {
            const own = players.map((player) => {
              n += 1;
              return { player: `p-${player}`, n };
            });
            void intake.take(
              own.map((item) => ({ kind: 'event', event: item, replay: false })),
              10,
              () => {
                for (const { n } of own) expect(store.stored.map((item) => item.n)).toContain(n);
                done.push(at);
              },
            );
          }
          expect(await intake.settled(5000)).toBe(true);
          expect(done.toSorted((a, b) => a - b)).toEqual(messages.map((_, at) => at));
          expect(store.stored.map((item) => item.n).toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: n }, (_, at) => at + 1),
          );
          for (const player of new Set(store.stored.map((item) => item.player))) {
            const order = store.stored.filter((item) => item.player === player).map((item) => item.n);
            expect(order).toEqual(order.toSorted((a, b) => a - b));
          }
          expect(Math.max(0, ...store.batches)).toBeLessThanOrEqual(maxBatch);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps several batches in flight', async () => {
    const store = createTarget();
    const intake = new Intake(store.target, options());
    for (let n = 0; n < 50; n += 1) void intake.take([event(n, `p-${n}`)], 1, () => {});
    await intake.settled(5000);
    expect(store.mostInFlight()).toBeGreaterThan(1);
    expect(store.mostInFlight()).toBeLessThanOrEqual(4);
  });

  it('waits for a store that is busy or away, however long, keeping the order', async () => {
    let failures = 0;
    const store = createTarget(() => {
      failures += 1;
      if (failures <= 20) return new CrmbetError('overloaded', 'busy');
      if (failures <= 40) return Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
      return undefined;
    });
    const retries: number[] = [];
    const intake = new Intake(
      store.target,
      options({ slots: 1, maxBatch: 2, onRetry: (_, failed) => retries.push(failed) }),
    );
    for (let n = 0; n < 6; n += 1) void intake.take([event(n)], 1, () => {});
    expect(await intake.settled(5000)).toBe(true);
    expect(store.stored.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(store.letters).toEqual([]);
    expect(retries).toHaveLength(40);
  });

  it('waits for a store that is not in order as long as it takes, and sets nothing aside', async () => {
    for (const code of ['25006', '57014', '57P05', '53400', '42501', '42P01', 'XX000']) {
      let failures = 0;
      const store = createTarget(() => {
        failures += 1;
        return failures <= 20
          ? new Error('query failed', { cause: Object.assign(new Error('no'), { code }) })
          : undefined;
      });
      const intake = new Intake(store.target, options({ slots: 1 }));
      for (let n = 0; n < 3; n += 1) void intake.take([event(n)], 1, () => {});
      expect(await intake.settled(5000)).toBe(true);
      expect([code, store.letters, store.stored.length]).toEqual([code, [], 3]);
    }
  });

  it('sets aside the one event that cannot be stored, and stores the others', async () => {
    for (const error of [
      new CrmbetError('request_invalid', 'no'),
      Object.assign(new Error('out of range'), { code: '22003' }),
      new TypeError('a defect of ours'),
    ]) {
      const isPoison = (item: unknown) =>
        typeof item === 'object' && item !== null && 'n' in item && item.n === 3;
      const store = createTarget((events) => (events.some(isPoison) ? error : undefined));
      const setAside: unknown[] = [];
      const intake = new Intake(
        store.target,
        options({ slots: 1, onSetAside: (reason) => setAside.push(reason) }),
      );
      let done = 0;
      for (let n = 0; n < 6; n += 1) {
        void intake.take([event(n)], 1, () => {
          done += 1;
        });
      }
      expect(await intake.settled(5000)).toBe(true);
      expect(store.stored.map(({ n }) => n)).toEqual([0, 1, 2, 4, 5]);
      expect(store.letters).toEqual([{ player: 'p-1', n: 3 }]);
      expect(setAside).toEqual([error]);
      expect(done).toBe(6);
    }
  });

  it('keeps what is no event among the dead letters, and tries until that succeeds', async () => {
    let failures = 0;
    const kept: unknown[] = [];
    const store = createTarget();
    const intake = new Intake(
      {
        send: store.target.send,
        keep: async (letters) => {
          failures += 1;
          if (failures < 20) throw new Error('disk full');
          kept.push(...letters.map(({ raw }) => raw));
        },
      },
      options(),
    );
    let done = 0;
    const finish = () => {
      done += 1;
    };
    void intake.take([event(1), unreadable('{'), event(2)], 1, finish);
    void intake.take([], 1, finish);
    expect(await intake.settled(5000)).toBe(true);
    expect(kept).toEqual(['{']);
    expect(store.stored.map(({ n }) => n)).toEqual([1, 2]);
    expect(done).toBe(2);
  });

  it('never mixes a replay with what is new', async () => {
    const calls: [number, boolean][] = [];
    const intake = new Intake(
      {
        send: async (events, replay) => {
          calls.push([events.length, replay]);
        },
        keep: async () => {},
      },
      options(),
    );
    const items = [false, false, true, true, true, false].map(
      (replay, n): StreamItem => ({ kind: 'event', event: { player: 'p', n }, replay }),
    );
    void intake.take(items, 1, () => {});
    await intake.settled(5000);
    expect(calls).toEqual([
      [2, false],
      [3, true],
      [1, false],
    ]);
  });

  it('makes the stream wait when enough is waiting, by events and by bytes', async () => {
    for (const limit of [{ maxWaiting: 3 }, { maxWaitingBytes: 30 }]) {
      let open = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const intake = new Intake({ send: () => gate, keep: async () => {} }, options(limit));
      let taken = 0;
      const pump = (async () => {
        for (let n = 0; n < 10; n += 1) {
          await intake.take([event(n)], 10, () => {});
          taken += 1;
        }
      })();
      await new Promise((next) => setTimeout(next, 30));
      expect(taken).toBe(2);
      open();
      await pump;
      expect(taken).toBe(10);
    }
  });

  it('once closed lets go of who waits, and still stores what it has', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const intake = new Intake({ send: () => gate, keep: async () => {} }, options({ maxWaiting: 1 }));
    let done = 0;
    const waiting = intake.take([event(1)], 1, () => {
      done += 1;
    });
    intake.close();
    await waiting;
    expect(done).toBe(0);
    open();
    expect(await intake.settled(5000)).toBe(true);
    expect(done).toBe(1);
  });

  it('once abandoned reports nothing, tries nothing again, and lets go of who waits', async () => {
    let calls = 0;
    let done = 0;
    const intake = new Intake(
      {
        send: async () => {
          calls += 1;
          throw new CrmbetError('overloaded', 'busy');
        },
        keep: async () => {},
      },
      options({ maxWaiting: 1, slots: 1 }),
    );
    const waiting = intake.take([event(1)], 1, () => {
      done += 1;
    });
    await new Promise((next) => setTimeout(next, 20));
    expect(await intake.settled(10)).toBe(false);
    intake.abandon();
    await waiting;
    const before = calls;
    await intake.take([event(2)], 1, () => {
      done += 1;
    });
    await new Promise((next) => setTimeout(next, 30));
    expect(calls).toBe(before);
    expect(done).toBe(0);
  });
});
