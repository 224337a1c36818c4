import { describe, expect, it } from 'vitest';
import { envelopeMapper } from './map-envelope.ts';
import { rowMapper } from './map-row.ts';
import { checkMapping } from './mapping.ts';
import type { Row } from './row.ts';

const row = (values: Record<string, unknown>): Row => ({
  line: 7,
  raw: 'raw',
  content: JSON.stringify(values),
  get: (name) => values[name],
});
const base = { type: 'deposit.approved', player: 'p', time: 't', amount: 'a', currency: 'BRL' };
const mapped = (mapping: object, values: Record<string, unknown>) => {
  const result = rowMapper(checkMapping(mapping, 'it'), () => 'made')(row(values));
  return 'json' in result ? JSON.parse(result.json) : { ...result.reject };
};
const good = { p: 'p-1', t: '2026-05-05', a: '11.77' };

describe('rowMapper', () => {
  it('makes an event', () => {
    expect(mapped(base, good)).toEqual({
      id: 'made',
      type: 'deposit.approved',
      player: 'p-1',
      time: '2026-05-05T00:00:00.000Z',
      data: { currency: 'BRL', amount: 1177 },
    });
  });

  it('takes id, type, brand and currency from columns, and further fields of every kind', () => {
    const mapping = {
      ...{ typeColumn: 'k', player: 'p', time: 't', id: 'i', brandColumn: 'b', currencyColumn: 'c' },
      set: {
        'data.betId': 'bet',
        'data.stake': { column: 'a', as: 'money' },
        'data.selections': { column: 'n', as: 'number' },
        'data.live': { column: 'l', as: 'boolean' },
        'data.context.page.name': { value: 'home' },
        'data.sport': 'nothing',
      },
    };
    const values = {
      ...good,
      k: 'bet.placed',
      i: 'x1',
      b: 'sol',
      c: 'JPY',
      a: '500',
      bet: 'b1',
      n: '3',
      l: 'Yes',
      nothing: ' ',
    };
    expect(mapped(mapping, values)).toEqual({
      id: 'x1',
      type: 'bet.placed',
      player: 'p-1',
      time: '2026-05-05T00:00:00.000Z',
      brand: 'sol',
      data: {
        currency: 'JPY',
        betId: 'b1',
        stake: 500,
        selections: 3,
        live: true,
        context: { page: { name: 'home' } },
      },
    });
  });

  it.each([
    ['player_missing', base, { ...good, p: ' ' }],
    ['time_missing', base, { ...good, t: null }],
    ['time_invalid', base, { ...good, t: 'yesterday' }],
    ['amount_missing', base, { ...good, a: '' }],
    ['amount_negative', base, { ...good, a: '-1' }],
    ['amount_decimals', base, { ...good, a: '1.001' }],
    ['value_inexact', base, { ...good, a: 0.1 + 1e-17 + 0.1234567890123456 }],
    ['id_missing', { ...base, id: 'i' }, good],
    ['currency_invalid', { ...base, currency: undefined, currencyColumn: 'c' }, { ...good, c: 'real' }],
    ['currency_missing', { ...base, currency: undefined, currencyColumn: 'c' }, good],
    ['type_missing', { ...base, type: undefined, typeColumn: 'k' }, good],
    ['value_invalid', { ...base, set: { 'data.n': { column: 'a', as: 'boolean' } } }, good],
  ])('refuses a row: %s', (code, mapping, values) => {
    expect(mapped(mapping, values)).toEqual({
      line: 7,
      raw: 'raw',
      code,
      reason: expect.stringMatching(/\.$/),
    });
  });

  it.each([
    [/--player/, { ...base, player: undefined }],
    [/--time/, { ...base, time: undefined }],
    [/--type/, { ...base, type: undefined }],
    [/--currency/, { ...base, currency: undefined }],
    [/not both/, { ...base, typeColumn: 'k' }],
    [/zone/, { ...base, zone: 'Mars/Olympus' }],
    [/Unrecognized key/, { ...base, amonut: 'a' }],
    [/ISO 4217/, { ...base, currency: 'brl' }],
    [/a field such as data.method/, { ...base, set: { 'data.__proto__.x': 'a' } }],
    [/a field such as data.method/, { ...base, set: { player: 'a' } }],
    [/set.data.x: not a column/, { ...base, set: { 'data.x': { column: 'a', as: 'date' } } }],
  ])('says what is wrong with a mapping: %s', (message, mapping) => {
    expect(() => mapped(mapping, good)).toThrow(message);
  });

  it('writes fields with the names of built-in things as fields', () => {
    const set = { 'data.constructor.name': 'a' };
    expect(mapped({ ...base, set }, good).data).toEqual({
      currency: 'BRL',
      amount: 1177,
      constructor: { name: '11.77' },
    });
  });
});

describe('envelopeMapper', () => {
  const map = (text: string) => {
    const result = envelopeMapper(() => 'made')({
      line: 1,
      raw: text,
      content: text.trim(),
      get: (name) => JSON.parse(text)[name],
    });
    return 'json' in result ? result.json : undefined;
  };

  it('sends the line to the letter, so a long number stays exact', () => {
    const line = '{"id":"e1","data":{"amount":900719925474099301}}';
    expect(map(line)).toBe(line);
  });

  it('adds an id where there is none', () => {
    expect(map('{ "type": "a.b", "n": 900719925474099301 }')).toBe(
      '{"id":"made","type": "a.b", "n": 900719925474099301}',
    );
    expect(map('{}')).toBe('{"id":"made"}');
  });
});
