import { overWindows } from '../feature-definition.ts';
import { ggr, less, own, payouts, plus, ratio, sum, trend, turnover } from '../measures.ts';
import { sources } from '../sources.ts';

/** What is staked, paid out and earned. */
export const value = [
  ...overWindows(
    ['7d', '30d', '90d', 'lifetime'],
    'turnover',
    'money',
    'Stakes of bets and casino rounds',
    turnover,
  ),
  ...overWindows(
    ['30d', '90d', 'lifetime'],
    'payouts',
    'money',
    'Payouts of bets and casino rounds',
    payouts,
  ),
  ...overWindows(['7d', '30d', '90d', 'lifetime'], 'ggr', 'money', 'Stakes less payouts', ggr),
  ...overWindows(['30d', '90d'], 'sports_ggr', 'money', 'Stakes less payouts of bets', (w) =>
    less(sum('bets_stake', w), sum('bets_payout', w)),
  ),
  ...overWindows(['30d', '90d'], 'casino_ggr', 'money', 'Stakes less payouts of casino rounds', (w) =>
    less(sum('casino_stake', w), sum('casino_payout', w)),
  ),
  ...overWindows(['30d', '90d', 'lifetime'], 'ngr', 'money', 'GGR less converted bonuses', (w) =>
    less(ggr(w), sum('bonuses_converted_amount', w)),
  ),
  ...overWindows(
    ['30d', '90d', 'lifetime'],
    'loss_share',
    'share',
    'Stakes less payouts, over stakes,',
    (w) => ratio(ggr(w), turnover(w)),
    sources.labrie2007,
  ),
  ...overWindows(
    ['30d', '90d'],
    'average_stake',
    'money',
    "Turnover over the number of bets and rounds, both in the account's currency,",
    averageStake,
  ),
  ...overWindows(
    ['30d', '90d'],
    'average_bet_stake',
    'money',
    "Mean stake of a bet in the account's currency",
    (w) => ratio(sum('bets_stake', w), own('bets_count', w)),
    sources.labrie2007,
  ),
  ...overWindows(
    ['30d', '90d'],
    'average_round_stake',
    'money',
    "Mean stake of a casino round in the account's currency",
    (w) => ratio(sum('casino_stake', w), own('casino_rounds', w)),
    sources.labrie2008,
  ),
  ...overWindows(
    ['30d'],
    'turnover_trend',
    'ratio',
    'Turnover a day in the last 7 days over that a day',
    (w) => trend(turnover, w),
  ),
  ...overWindows(
    ['90d'],
    'turnover_trend',
    'ratio',
    'Turnover a day in the last 30 days over that a day',
    (w) => trend(turnover, w),
  ),
  ...overWindows(
    ['90d'],
    'average_stake_trend',
    'ratio',
    'Average stake in the last 30 days over that',
    (w) => ratio(averageStake('30d'), averageStake(w)),
    sources.xuan2009,
  ),
  ...overWindows(['30d', 'lifetime'], 'bonuses_amount', 'money', 'Sum of granted bonuses', (w) =>
    sum('bonuses_granted_amount', w),
  ),
  ...overWindows(['30d', '90d'], 'bonus_share', 'share', 'Granted bonuses over deposits', (w) =>
    ratio(sum('bonuses_granted_amount', w), sum('deposits_amount', w)),
  ),
  ...overWindows(['30d', '90d'], 'bonus_stake_share', 'share', 'Stakes of bonus money over all stakes', (w) =>
    ratio(sum('bonus_stake', w), turnover(w)),
  ),
  ...overWindows(
    ['90d', 'lifetime'],
    'bonus_conversion_share',
    'share',
    'Converted bonuses over granted ones, by their sums,',
    (w) => ratio(sum('bonuses_converted_amount', w), sum('bonuses_granted_amount', w)),
  ),
];

function averageStake(window: '30d' | '90d') {
  return ratio(turnover(window), plus(own('bets_count', window), own('casino_rounds', window)));
}
