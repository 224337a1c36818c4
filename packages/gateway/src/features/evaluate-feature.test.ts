import { describe, expect, it } from 'vitest';
import { type Counts, noCounts } from '../ingest/counters.ts';
import { featureById } from './catalogue.ts';
import { evaluateFeature, type PlayerFacts } from './evaluate-feature.ts';

/** The values of some features, worked out by hand. */

type Played = { age: number; currency?: string } & Partial<Record<keyof Counts, bigint>>;

const dayOf = (age: number) => new Date(Date.UTC(2026, 4, 31) - age * 86_400_000).toISOString().slice(0, 10);

function factsOf(played: Played[], daysSince: Partial<PlayerFacts['daysSince']> = {}): PlayerFacts {
  return {
    currency: 'BRL',
    days: played.map(({ age, currency = 'BRL', ...counts }) => ({
      age,
      day: dayOf(age),
      currency,
      counts: { ...noCounts(), ...counts },
    })),
    lifetime: noCounts(),
    daysSince: {
      registered_at: null,
      first_deposit_at: null,
      last_active_at: null,
      last_deposit_at: null,
      last_wager_at: null,
      last_session_at: null,
      ...daysSince,
    },
  };
}

const valueOfFeature = (id: string, facts: PlayerFacts) => {
  const feature = featureById.get(id);
  if (feature === undefined) throw new Error(`no feature ${id}`);
  return evaluateFeature(feature.expression, facts);
};

describe('measures of single days', () => {
  const facts = factsOf([
    { age: 0, bets_count: 4n, bets_stake: 4000n, bets_payout: 5000n },
    { age: 1, casino_rounds: 2n, casino_stake: 2000n },
    { age: 3, bets_count: 1n, bets_stake: 600n, casino_rounds: 2n, casino_stake: 400n },
    { age: 3, currency: 'EUR', bets_count: 1n, bets_stake: 9999n },
    { age: 40, bets_count: 9n, bets_stake: 9000n },
  ]);

  it('take counts of all currencies, and money of the account’s', () => {
    expect(valueOfFeature('wagers_per_day_30d', facts)).toBe((4 + 2 + 4) / 3);
    expect(valueOfFeature('stake_per_day_30d', facts)).toBe(7000 / 3);
    expect(valueOfFeature('largest_stake_day_30d', facts)).toBe(4000);
    expect(valueOfFeature('largest_stake_day_90d', facts)).toBe(9000);
    expect(valueOfFeature('most_wagers_in_a_day_30d', facts)).toBe(4);
  });

  it('spread by the deviation of the sample', () => {
    // 4000, 2000, 1000 around 7000 / 3
    const mean = 7000 / 3;
    const squares = (4000 - mean) ** 2 + (2000 - mean) ** 2 + (1000 - mean) ** 2;
    expect(valueOfFeature('stake_deviation_30d', facts)).toBeCloseTo(Math.sqrt(squares / 2), 6);
    expect(valueOfFeature('stake_variability_30d', facts)).toBeCloseTo(Math.sqrt(squares / 2) / mean, 9);
  });

  it('grow by a line through the calendar, whose breaks count', () => {
    // Days 0, 2 and 3 from the oldest; the mean day is 5/3.
    const [mean, middle] = [7000 / 3, 5 / 3];
    const slope =
      ((0 - middle) * (1000 - mean) + (2 - middle) * (2000 - mean) + (3 - middle) * (4000 - mean)) /
      ((0 - middle) ** 2 + (2 - middle) ** 2 + (3 - middle) ** 2);
    expect(valueOfFeature('stake_slope_30d', facts)).toBeCloseTo(slope, 6);
  });

  it('span from the first day of play to the last', () => {
    expect(valueOfFeature('wager_span_90d', facts)).toBe(41);
    expect(valueOfFeature('wager_frequency_90d', facts)).toBe(4 / 41);
  });

  it('are undefined without a day, or zero where they count', () => {
    const nobody = factsOf([]);
    for (const id of ['stake_per_day_30d', 'wager_span_90d', 'wager_frequency_90d', 'losing_days_share_30d'])
      expect(valueOfFeature(id, nobody), id).toBeNull();
    for (const id of [
      'losing_days_30d',
      'most_deposits_in_a_day_30d',
      'largest_loss_day_30d',
      'products_played_30d',
    ])
      expect(valueOfFeature(id, nobody), id).toBe(0);
    const once = factsOf([{ age: 2, bets_count: 1n, bets_stake: 100n }]);
    for (const id of ['stake_deviation_30d', 'stake_slope_30d'])
      expect(valueOfFeature(id, once), id).toBeNull();
  });
});

describe('what follows a loss', () => {
  const facts = factsOf([
    { age: 9, bets_count: 1n, bets_stake: 1000n },
    {
      age: 8,
      bets_count: 1n,
      bets_stake: 1500n,
      bets_payout: 200n,
      deposits_count: 1n,
      deposits_amount: 5000n,
    },
    { age: 7, casino_rounds: 1n, casino_stake: 500n, casino_payout: 2500n },
    { age: 6, bets_count: 1n, bets_stake: 300n, deposits_count: 3n, deposits_amount: 900n },
    { age: 4, deposits_count: 1n, deposits_amount: 100n, bets_count: 1n, bets_stake: 800n },
  ]);

  it('is seen on the next day of the calendar alone', () => {
    expect(valueOfFeature('losing_days_30d', facts)).toBe(4);
    // The loss 9 days ago is followed by a deposit and a higher stake; the one 6 days ago by a day without anything.
    expect(valueOfFeature('chase_deposit_days_30d', facts)).toBe(1);
    expect(valueOfFeature('chase_deposit_share_90d', facts)).toBe(1 / 4);
    expect(valueOfFeature('chase_stake_days_30d', facts)).toBe(1);
    expect(valueOfFeature('return_after_loss_share_90d', facts)).toBe(2 / 4);
    expect(valueOfFeature('return_after_win_share_90d', facts)).toBe(1);
  });

  it('is told from bursts of deposits', () => {
    expect(valueOfFeature('deposit_burst_days_30d', facts)).toBe(1);
    expect(valueOfFeature('redeposit_loss_days_30d', facts)).toBe(1);
    expect(valueOfFeature('most_deposits_in_a_day_30d', facts)).toBe(3);
    expect(valueOfFeature('deposit_days_30d', facts)).toBe(3);
  });
});

describe('trends, mixes and moments', () => {
  it('compare the average day of late with that of the whole window', () => {
    const facts = factsOf([
      { age: 1, bets_count: 1n, bets_stake: 700n },
      { age: 20, bets_count: 1n, bets_stake: 2300n },
    ]);
    // 100 a day in the last 7, 100 a day in the last 30.
    expect(valueOfFeature('turnover_trend_30d', facts)).toBe(1);
    expect(valueOfFeature('average_stake_trend_90d', facts)).toBe(1);
  });

  it('count the products that were staked on', () => {
    const facts = factsOf([
      { age: 1, bets_count: 2n, bets_stake: 700n, live_bets_count: 1n, live_bets_stake: 700n },
      { age: 2, casino_rounds: 3n, casino_stake: 900n, slots_stake: 300n, live_casino_stake: 100n },
    ]);
    expect(valueOfFeature('products_played_30d', facts)).toBe(4);
    expect(valueOfFeature('live_bets_share_30d', facts)).toBe(1);
    expect(valueOfFeature('slots_share_30d', facts)).toBe(300 / 900);
  });

  it('take the way from the registration to the first deposit', () => {
    expect(
      valueOfFeature('days_to_first_deposit', factsOf([], { registered_at: 30, first_deposit_at: 27 })),
    ).toBe(3);
    expect(valueOfFeature('days_to_first_deposit', factsOf([], { registered_at: 30 }))).toBeNull();
  });
});
