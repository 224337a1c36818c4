import { describe, expect, it } from 'vitest';
import { messagesOf } from '../locales/languages.ts';
import { eventWords, humanise } from './event-words.ts';
import { formatterOf } from './format.ts';

const say = (type: string, data: Record<string, unknown>, lang: 'en' | 'pt-BR' = 'en') => {
  const { title, detail, kind } = eventWords({ type, data }, messagesOf(lang), formatterOf(lang));
  return { title, detail: detail.replaceAll(/\s/gu, ' '), kind };
};

describe('eventWords', () => {
  it('puts money into its own currency, exact also as a string beyond 2^53', () => {
    expect(say('deposit.approved', { amount: 5000, currency: 'BRL', method: 'pix' }, 'pt-BR')).toEqual({
      title: 'Depósito',
      detail: 'R$ 50,00 · Pix',
      kind: 'money-in',
    });
    expect(say('deposit.approved', { amount: '900719925474099301', currency: 'BRL' }).detail).toBe(
      'R$9,007,199,254,740,993.01',
    );
  });

  it('says what was staked, at what odds, on what', () => {
    const bet = { betId: 'b', stake: 1000, currency: 'EUR', sport: 'football', odds: '1.85', bonus: true };
    expect(say('bet.placed', bet).detail).toBe('€10.00 · at 1.85 · Football · bonus money');
  });

  it('says what came of a bet: the payout of one that won, the stake of one that lost', () => {
    const bet = { betId: 'b', stake: 1000, payout: 1850, currency: 'EUR' };
    expect(say('bet.settled', { ...bet, outcome: 'won' }).detail).toBe('won · €18.50');
    expect(say('bet.settled', { ...bet, payout: 0, outcome: 'lost' }, 'pt-BR').detail).toBe(
      'perdida · € 10,00',
    );
  });

  it('shows a custom type in plain letters, and a restriction as one', () => {
    expect(say('quest.completed', {})).toEqual({ title: 'Quest completed', detail: '', kind: 'other' });
    expect(say('restriction.set', { restriction: 'self_exclusion' })).toMatchObject({
      detail: 'Self-exclusion',
      kind: 'restriction',
    });
  });

  it('leaves out what it cannot trust', () => {
    for (const amount of [1.5, 'x', null, {}, Number.MAX_VALUE]) {
      expect(say('deposit.approved', { amount, currency: 'BRL' }).detail).toBe('');
    }
    expect(say('deposit.approved', { amount: 1, currency: 'toString' }).detail).toBe('');
    expect(say('toString', {}).title).toBe('ToString');
  });
});

describe('humanise', () => {
  it('turns the words of a machine into words', () => {
    expect(humanise('free_spins')).toBe('Free spins');
  });
});
