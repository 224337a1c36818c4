import { describe, expect, it } from 'vitest';
import { Formatter } from './format.ts';

const en = new Formatter('en');
const pt = new Formatter('pt-BR');
const plain = (text: string) => text.replaceAll(/\s/gu, ' ');

describe('Formatter', () => {
  it('says how long ago in the largest unit that fits', () => {
    const now = Date.parse('2026-05-05T14:00:00Z');
    expect(en.ago('2026-05-05T13:58:00Z', now)).toBe('2 min. ago');
    expect(en.ago('2026-05-03T13:00:00Z', now)).toBe('2 days ago');
    expect(en.ago('2026-05-05T13:59:58Z', now)).toBe('now');
    expect(pt.ago('2026-05-05T11:00:00Z', now)).toBe('há 3 h');
    expect(en.ago(null)).toBe('–');
  });

  it('reads a day as a day, whatever the zone of the reader', () => {
    expect(en.day('2026-05-05')).toBe('May 5');
    expect(plain(pt.day('2026-05-05'))).toBe('5 de mai.');
  });

  it('writes a feature in its unit', () => {
    expect(en.feature(0.256, 'share', null)).toBe('25.6%');
    expect(en.feature(1, 'days', null)).toBe('1 day');
    expect(pt.feature(3, 'days', null)).toBe('3 dias');
    expect(plain(pt.feature(123456, 'money', 'BRL'))).toBe('R$ 1.234,56');
    expect(en.feature(1.5, 'count', null)).toBe('1.5');
  });

  it('tells what is undefined from what is zero', () => {
    expect(en.feature(null, 'money', 'BRL')).toBe('–');
    expect(en.feature(0, 'share', null)).toBe('0%');
    expect(en.feature(10, 'money', null)).toBe('–');
  });

  it('drops the cents only of large sums', () => {
    expect(plain(en.shortMoney({ amount: '99999999', currency: 'BRL' }))).toBe('R$999,999.99');
    expect(plain(en.shortMoney({ amount: '148998446', currency: 'BRL' }))).toBe('R$1,489,984');
  });

  it('names countries, and leaves alone what is none', () => {
    expect(pt.country('BR')).toBe('Brasil');
    expect(en.country('Narnia')).toBe('Narnia');
    expect(en.country(null)).toBe('–');
  });
});
