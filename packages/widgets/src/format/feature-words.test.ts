import { describe, expect, it } from 'vitest';
import type { ClusterTrait } from '../data/wire.ts';
import { messagesOf } from '../locales/languages.ts';
import { clusterSentence, featureBase, featureName } from './feature-words.ts';

const en = messagesOf('en');
const trait = (
  feature: string,
  direction: 'high' | 'low',
  strength: 'medium' | 'large' = 'large',
): ClusterTrait => ({
  feature,
  direction,
  strength,
  effect: direction === 'high' ? 1 : -1,
});

describe('featureBase', () => {
  it('takes the window off, and nothing else', () => {
    expect(featureBase('deposits_amount_30d')).toBe('deposits_amount');
    expect(featureBase('ggr_lifetime')).toBe('ggr');
    expect(featureBase('days_since_last_wager')).toBe('days_since_last_wager');
  });
});

describe('featureName', () => {
  it('falls back to the id in plain letters', () => {
    expect(featureName('own_measure_90d', en)).toBe('Own measure');
    expect(featureName('constructor', en)).toBe('Constructor');
  });
});

describe('clusterSentence', () => {
  const traits = [trait('deposits_amount_90d', 'high'), trait('night_share_90d', 'high', 'medium')];

  it('says the strongest traits as one sentence, in each language', () => {
    expect(clusterSentence(traits, en)).toBe('Deposit far more; play mostly at night.');
    expect(clusterSentence(traits, messagesOf('pt-BR'))).toBe(
      'Depositam muito mais; jogam sobretudo à noite.',
    );
    expect(clusterSentence(traits, messagesOf('es'))).toBe(
      'Depositan mucho más; juegan sobre todo de noche.',
    );
  });

  it('says a behaviour once, though it is measured over several windows', () => {
    expect(clusterSentence([trait('turnover_30d', 'low'), trait('turnover_90d', 'low')], en)).toBe(
      'Wager far less.',
    );
  });

  it('stops after three, and has words for none and for the unknown', () => {
    const many = ['turnover', 'ggr', 'bets_count', 'night_share'].map((name) => trait(`${name}_90d`, 'high'));
    expect(clusterSentence(many, en).split('; ')).toHaveLength(3);
    expect(clusterSentence([], en)).toBe('Close to the average player.');
    expect(clusterSentence([trait('own_measure_90d', 'low')], en)).toBe('Low in “Own measure”.');
  });
});
