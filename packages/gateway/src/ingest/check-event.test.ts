import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEvent } from '../testing/arbitrary-event.ts';
import { checkEvent } from './check-event.ts';
import { Event } from './event.ts';
import type { EventSource } from './source.ts';

const now = Date.UTC(2026, 10, 20, 12);
const good = {
  id: 'e-1',
  type: 'deposit.approved',
  player: 'p-1',
  time: '2026-05-05T14:03:00Z',
  data: { amount: 1250, currency: 'BRL' },
};

const check = (raw: unknown) => checkEvent(raw, { now });
const errorsOf = (raw: unknown) => {
  const checked = check(raw);
  return checked.ok ? [] : checked.refusal.errors;
};
const pointersOf = (raw: unknown) => errorsOf(raw).map(({ pointer }) => pointer);

describe('checkEvent', () => {
  it('lets through every event that the schemas describe, as the schemas themselves do', () => {
    fc.assert(
      fc.property(anyEvent(), (event) => {
        expect(errorsOf(event)).toEqual([]);
        expect(Event.safeParse(event).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses any one value of the wrong type, and points at it', () => {
    const wrong: fc.Arbitrary<unknown> = fc.constantFrom(
      null,
      [],
      {},
      [1],
      { a: 1 },
      1.5,
      -1,
      1e300,
      '',
      'x'.repeat(400),
    );
    fc.assert(
      fc.property(anyEvent(), fc.nat(), wrong, (event, place, value) => {
        const paths = pathsOf(event);
        const path = paths[place % paths.length] ?? [];
        const mutated = replaced(event, path, value);
        // A value that fits after all (an empty object where all is optional) is no mutation.
        fc.pre(!Event.safeParse(mutated).success);
        expect(pointersOf(mutated)).toContainEqual(
          expect.stringMatching(new RegExp(`^/${path.join('/')}(/|$)`)),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('refuses an event without any one field that it needs, and a field that it does not know', () => {
    for (const field of ['id', 'type', 'player', 'time', 'data']) {
      const { [field]: _, ...rest }: Record<string, unknown> = good;
      expect(errorsOf(rest)).toContainEqual({ pointer: `/${field}`, detail: 'is missing' });
    }
    expect(errorsOf({ ...good, extra: 1 })).toEqual([
      { pointer: '/extra', detail: 'is not a field of this event' },
    ]);
    expect(errorsOf({ ...good, data: { ...good.data, 'a/b~c': 1 } })).toEqual([
      { pointer: '/data/a~1b~0c', detail: 'is not a field of this event' },
    ]);
  });

  it('hands out the instant in UTC and what was left out', () => {
    expect(check({ ...good, time: '2026-05-05T11:03:00.5-03:00' })).toEqual({
      ok: true,
      json: JSON.stringify(good.data),
      event: {
        ...good,
        time: undefined,
        at: Date.UTC(2026, 4, 5, 14, 3, 0, 500),
        source: 'server',
        brand: null,
        replay: false,
      },
    });
  });

  it.each(['.', '..'])('refuses a player that no path could name: %s', (player) => {
    expect(errorsOf({ ...good, player })).toEqual([
      { pointer: '/player', detail: 'must be an id of 1 to 128 characters, and neither . nor ..' },
    ]);
  });

  it.each(['1e400', '[9007199254740993]', '{"a":-1e16}'])(
    'refuses %s in custom data, rather than losing digits',
    (json) => {
      const custom = { ...good, type: 'quest.done', data: { value: JSON.parse(json) } };
      expect(errorsOf(custom)).toEqual([
        {
          pointer: '/data',
          detail: 'holds a number beyond 2^53, which would lose digits: send it as a string',
        },
      ]);
      expect(errorsOf({ ...custom, data: { value: [0.1, -9007199254740991, '1e400'] } })).toEqual([]);
    },
  );

  it.each([0, 1250, Number.MAX_SAFE_INTEGER, '0', '9007199254740993', '999999999999999999'])(
    'takes money as %j',
    (amount) => {
      expect(errorsOf({ ...good, data: { amount, currency: 'BRL' } })).toEqual([]);
    },
  );

  it.each([12.5, -1, 2 ** 53, 1e300, '12.50', '-1', '1e3', ' 1', '', '1000000000000000000', null, true])(
    'refuses money as %j with a sentence that says how',
    (amount) => {
      expect(errorsOf({ ...good, data: { amount, currency: 'BRL' } })).toEqual([
        { pointer: '/data/amount', detail: expect.stringContaining('whole number of minor units') },
      ]);
    },
  );

  it.each(['brl', 'R$', 'BRLX', '', 986, 'XXX'])('refuses the currency %j', (currency) => {
    expect(pointersOf({ ...good, data: { amount: 1, currency } })).toEqual(['/data/currency']);
  });

  it.each([
    '2026-05-05T14:03:00',
    '2026-05-05 14:03:00Z',
    '2026-05-05',
    '05/05/2026',
    1_750_000_000_000,
    '2026-05-05T14:03:00 Z',
    '2026-05-05T14:03Z',
    '2026-05-05T14:03:00+0300',
    '2026-05-05T14:03:00Z\n',
  ])('refuses the time %j, which has no zone or is no RFC 3339', (time) => {
    expect(errorsOf({ ...good, time })).toEqual([
      { pointer: '/time', detail: expect.stringContaining('RFC 3339') },
    ]);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T23:59:59-03:00',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-05-00T00:00:00Z',
    '2026-05-32T00:00:00Z',
    '2026-05-05T24:00:01Z',
    '2026-05-05T25:00:00Z',
    '2026-05-05T14:60:00Z',
    '2026-05-05T14:03:60Z',
    '2026-05-05T14:03:00+25:00',
    '2026-05-05T14:03:00+03:60',
    '2026-05-05T14:03:00-99:99',
  ])('refuses %s, which never was', (time) => {
    expect(errorsOf({ ...good, time })).toEqual([{ pointer: '/time', detail: 'is not a time that exists' }]);
    const restriction = { ...good, type: 'restriction.set', data: { restriction: 'time_out', endsAt: time } };
    expect(errorsOf(restriction)).toEqual([{ pointer: '/data/endsAt', detail: 'is not a time that exists' }]);
  });

  it.each(['2024-02-29T00:00:00Z', '2026-01-31T23:59:59.999999999+14:00', '2026-05-05t14:03:00z'])(
    'takes %s',
    (time) => {
      expect(errorsOf({ ...good, time })).toEqual([]);
    },
  );

  it('takes a clock that runs a little ahead, and no more than a day; nothing before 1990', () => {
    const at = (ms: number) => pointersOf({ ...good, time: new Date(ms).toISOString() });
    expect(at(now + 86_400_000)).toEqual([]);
    expect(at(now + 86_400_001)).toEqual(['/time']);
    expect(at(Date.UTC(1990, 0, 1))).toEqual([]);
    expect(at(Date.UTC(1990, 0, 1) - 1)).toEqual(['/time']);
  });

  it('takes from a browser what lies up to seven days back, and no history', () => {
    const at = (ms: number, source: EventSource) => {
      const checked = checkEvent({ ...good, time: new Date(ms).toISOString() }, { now, source });
      return checked.ok ? checked.event.source : checked.refusal.errors;
    };
    const week = 7 * 86_400_000;
    expect(at(now - week, 'browser')).toBe('browser');
    expect(at(now - week - 1, 'server')).toBe('server');
    expect(at(now - week - 1, 'browser')).toEqual([
      { pointer: '/time', detail: 'lies more than 7 days back, which needs an sk_ key' },
    ]);
  });

  it.each(['XAF', 'AXX', 'XXA', 'XOF', 'MXN'])('takes the currency %s', (currency) => {
    expect(errorsOf({ ...good, data: { amount: 1, currency } })).toEqual([]);
  });

  it('takes the end of a restriction up to the year 9999 in UTC', () => {
    const ending = (endsAt: string) =>
      errorsOf({ ...good, type: 'restriction.set', data: { restriction: 'limit', endsAt } });
    expect(ending('9999-12-31T23:59:59.999Z')).toEqual([]);
    expect(ending('9999-12-31T23:59:59-00:01')).toEqual([
      { pointer: '/data/endsAt', detail: 'lies beyond the year 9999 in UTC' },
    ]);
  });

  it('takes a custom type, with any data within bounds', () => {
    const custom = (data: unknown, type = 'quest.completed') => pointersOf({ ...good, type, data });
    expect(custom({ a: [1, 'x', null, { b: true }], ç: 1.5 })).toEqual([]);
    expect(custom({}, 'quest')).toEqual([]);
    for (const type of [
      'Quest',
      'quest.',
      '.quest',
      'quest completed',
      'quest..x',
      '',
      'a'.repeat(65),
      '1a',
      'é.a',
    ])
      expect(custom({}, type)).toEqual(['/type']);
    expect(custom('text')).toEqual(['/data']);
    expect(custom([1])).toEqual(['/data']);
    const nested = (depth: number): unknown => (depth === 1 ? {} : { a: nested(depth - 1) });
    expect(custom(nested(16))).toEqual([]);
    expect(custom(nested(17))).toEqual(['/data']);
    expect(custom({ text: 'x'.repeat(32 * 1024 - 11) })).toEqual([]);
    expect(custom({ text: 'x'.repeat(32 * 1024) })).toEqual(['/data']);
  });

  it('answers for 100,000 levels without falling over', () => {
    const deep: unknown = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(pointersOf({ ...good, type: 'quest.completed', data: deep })).toEqual(['/data']);
    expect(pointersOf({ ...good, data: deep })).toContain('/data/a');
    expect(pointersOf({ ...good, id: deep })).toContain('/id');
    expect(pointersOf(deep)).toContain('/id');
  });

  it.each(['a\0b', '\ud800', '\udc00x', 'x\ud83d'])(
    'refuses %j wherever it stands, and takes what only looks like it',
    (text) => {
      expect(pointersOf({ ...good, id: text })).toEqual(['/id']);
      expect(pointersOf({ ...good, player: text })).toEqual(['/player']);
      expect(pointersOf({ ...good, brand: text })).toEqual(['/brand']);
      expect(pointersOf({ ...good, data: { ...good.data, method: text } })).toEqual(['/data']);
      const custom = { ...good, type: 'quest.completed' };
      expect(pointersOf({ ...custom, data: { a: [{ b: text }] } })).toEqual(['/data']);
      expect(pointersOf({ ...custom, data: { [text]: 1 } })).toEqual(['/data']);
      expect(pointersOf({ ...custom, data: { a: '\\u0000', b: '\\ud800', c: '🎲' } })).toEqual([]);
    },
  );

  it('refuses ids that are too long or empty, and gives back only an id that can be one', () => {
    expect(check({ ...good, id: 'x'.repeat(128) }).ok).toBe(true);
    expect(check({ ...good, id: 'x'.repeat(129) })).toMatchObject({ ok: false, id: null });
    expect(check({ ...good, id: '' }).ok).toBe(false);
    expect(check({ ...good, player: 'x'.repeat(129) })).toMatchObject({ ok: false, id: 'e-1' });
    expect(check({ ...good, id: 7 })).toMatchObject({ ok: false, id: null });
  });

  it.each([null, undefined, 1, 'text', [], [good], true])('refuses %j as an event', (raw) => {
    expect(check(raw).ok).toBe(false);
  });

  it('takes __proto__ and constructor as plain data in a custom event, and nowhere else', () => {
    const parsed = (text: string): unknown => JSON.parse(text);
    const custom = JSON.stringify({ ...good, type: 'quest.completed' });
    const sneaky = parsed(
      custom.replace(
        '"amount":1250',
        '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}',
      ),
    );
    expect(check(sneaky)).toMatchObject({ ok: true });
    expect(
      pointersOf(parsed(JSON.stringify(good).replace('"amount"', '"__proto__":{"polluted":1},"amount"'))),
    ).toEqual(['/data/__proto__']);
    expect(
      pointersOf(parsed(JSON.stringify(good).replace('"id"', '"__proto__":{"polluted":1},"id"'))),
    ).toEqual(['/__proto__']);
    expect(pointersOf({ ...good, type: 'constructor' })).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });
});

/** Every place in an event that holds a value, but the type, which decides what the others have to be. */
function pathsOf(value: object, path: string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const at = [...path, key];
    if (at.length === 1 && key === 'type') return [];
    const below = typeof item === 'object' && item !== null ? pathsOf(item, at) : [];
    return [at, ...below];
  });
}

function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  const inside = typeof value === 'object' && value !== null ? value : {};
  const at: unknown = Object.entries(inside).find(([name]) => name === key)?.[1];
  return { ...inside, [key]: replaced(at, rest, by) };
}
