import type { DayWindow } from '../expression.ts';
import { overWindows } from '../feature-definition.ts';
import { day, days, ratio, some } from '../measures.ts';
import { sources } from '../sources.ts';

const windows = ['30d', '90d'] as const;
const playing = (window: DayWindow) => days(window, some(day.wagers));
const staking = (window: DayWindow) => days(window, some(day.stake));

/** How much there is in a day of play, how evenly, and whether it grows. */
export const intensity = [
  ...overWindows(
    windows,
    'wagers_per_day',
    'count',
    'Bets and casino rounds a day, of days with one,',
    (w) => ({ meanOf: day.wagers, over: playing(w) }),
    sources.braverman2012,
  ),
  ...overWindows(
    windows,
    'casino_rounds_per_day',
    'count',
    'Casino rounds a day, of days with one,',
    (w) => {
      const rounds = { add: ['casino_rounds'] } as const;
      return { meanOf: rounds, over: days(w, some(rounds)) };
    },
    sources.labrie2008,
  ),
  ...overWindows(
    windows,
    'live_bets_per_day',
    'count',
    'Live bets a day, of days with one,',
    (w) => {
      const liveBets = { add: ['live_bets_count'] } as const;
      return { meanOf: liveBets, over: days(w, some(liveBets)) };
    },
    sources.gray2012,
  ),
  ...overWindows(windows, 'stake_per_day', 'money', 'Stakes a day, of days with a stake,', (w) => ({
    meanOf: day.stake,
    over: staking(w),
  })),
  ...overWindows(
    windows,
    'loss_per_day',
    'money',
    'Stakes less payouts a day, of days with a stake,',
    (w) => ({ meanOf: day.loss, over: staking(w) }),
    sources.auerAi2022,
  ),
  ...overWindows(windows, 'most_wagers_in_a_day', 'count', 'Most bets and casino rounds in a day', (w) => ({
    maxOf: day.wagers,
    over: days(w),
  })),
  ...overWindows(windows, 'largest_stake_day', 'money', 'Largest stakes of a day', (w) => ({
    maxOf: day.stake,
    over: days(w),
  })),
  ...overWindows(
    windows,
    'largest_loss_day',
    'money',
    'Largest loss of a day, which is stakes less payouts,',
    (w) => ({ maxOf: day.loss, over: days(w, some(day.loss)) }),
  ),
  ...overWindows(
    windows,
    'stake_deviation',
    'money',
    'Standard deviation of the stakes a day, of days with a stake,',
    (w) => ({ deviationOf: day.stake, over: staking(w) }),
    sources.braverman2012,
  ),
  ...overWindows(
    windows,
    'stake_variability',
    'ratio',
    'Standard deviation of the stakes a day over their mean, of days with a stake,',
    (w) => ratio({ deviationOf: day.stake, over: staking(w) }, { meanOf: day.stake, over: staking(w) }),
  ),
  ...overWindows(
    windows,
    'stake_slope',
    'money',
    'By how much the stakes of a day grow from one day to the next: the slope of a least-squares line through the days with a stake',
    (w) => ({ slopeOf: day.stake, over: staking(w) }),
    sources.braverman2012,
  ),
];
