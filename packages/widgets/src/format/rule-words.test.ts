import { describe, expect, it } from 'vitest';
import type { Feature, Rule } from '../data/wire.ts';
import { messagesOf } from '../locales/languages.ts';
import { formatterOf } from './format.ts';
import { ruleWords } from './rule-words.ts';

const feature = (id: string, unit: Feature['unit'], window: Feature['window']): [string, Feature] => [
  id,
  { id, unit, window, definition: '', version: 1, source: null, model: null },
];
const features = new Map([
  feature('deposits_amount_30d', 'money', '30d'),
  feature('days_since_last_wager', 'days', 'now'),
]);

const say = (rule: Rule, lang: 'en' | 'pt-BR' = 'en', currency: string | null = 'BRL') =>
  ruleWords(rule, { words: messagesOf(lang), format: formatterOf(lang), features, currency }).replaceAll(
    /\s/gu,
    ' ',
  );

describe('ruleWords', () => {
  const rich: Rule = { feature: 'deposits_amount_30d', op: 'gte', value: 500_000 };
  const away: Rule = { feature: 'days_since_last_wager', op: 'gte', value: 14 };

  it('writes a condition with its window, unit and currency', () => {
    expect(say(rich)).toBe('Deposited (30 d) ≥ R$5,000.00');
    expect(say(rich, 'pt-BR')).toBe('Depositado (30 d) ≥ R$ 5.000,00');
    expect(say(away)).toBe('Since last bet or round ≥ 14 days');
  });

  it('writes no currency where it does not know one', () => {
    expect(say(rich, 'en', null)).toBe('Deposited (30 d) ≥ 500,000');
  });

  it('brackets what is nested, so that "and" and "or" cannot be mixed up', () => {
    const br: Rule = { attribute: 'country', op: 'in', values: ['BR', 'PT'] };
    expect(say({ all: [br, { any: [rich, away] }, { not: { restricted: true } }] })).toBe(
      'Country is BR, PT and (deposited (30 d) ≥ R$5,000.00 or since last bet or round ≥ 14 days) and not (restricted)',
    );
  });
});
