import type { Expression, Window } from '../expression.ts';
import { overWindows } from '../feature-definition.ts';
import { less, plus, ratio, sum, turnover, wagers } from '../measures.ts';
import { sources } from '../sources.ts';

const otherBets = (w: Window) => less(sum('bets_stake', w), sum('live_bets_stake', w));
const otherCasino = (w: Window) =>
  less(less(sum('casino_stake', w), sum('slots_stake', w)), sum('live_casino_stake', w));
const isPlayed = (stake: Expression): Expression => ({ isPositive: stake });

/** What is played, and at what time of the day and the week. */
export const play = [
  ...overWindows(['7d', '30d', '90d'], 'bets_count', 'count', 'Bets placed', (w) => sum('bets_count', w)),
  ...overWindows(['7d', '30d', '90d'], 'casino_rounds', 'count', 'Casino rounds', (w) =>
    sum('casino_rounds', w),
  ),
  ...overWindows(['30d', '90d'], 'sports_turnover', 'money', 'Stakes of bets', (w) => sum('bets_stake', w)),
  ...overWindows(['30d', '90d'], 'casino_turnover', 'money', 'Stakes of casino rounds', (w) =>
    sum('casino_stake', w),
  ),
  ...overWindows(['30d', '90d'], 'casino_share', 'share', 'Casino stakes over all stakes', (w) =>
    ratio(sum('casino_stake', w), turnover(w)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'live_bets_share',
    'share',
    'Stakes of live bets over those of all bets',
    (w) => ratio(sum('live_bets_stake', w), sum('bets_stake', w)),
    sources.labrie2007,
  ),
  ...overWindows(['30d', '90d'], 'slots_share', 'share', 'Stakes on slots over all casino stakes', (w) =>
    ratio(sum('slots_stake', w), sum('casino_stake', w)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'live_casino_share',
    'share',
    'Stakes in the live casino over all casino stakes',
    (w) => ratio(sum('live_casino_stake', w), sum('casino_stake', w)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'products_played',
    'count',
    'How many of five products were staked on: bets before the start, live bets, slots, live casino, other casino,',
    (w) =>
      plus(
        isPlayed(otherBets(w)),
        isPlayed(sum('live_bets_stake', w)),
        isPlayed(sum('slots_stake', w)),
        isPlayed(sum('live_casino_stake', w)),
        isPlayed(otherCasino(w)),
      ),
    sources.laplante2014,
  ),
  ...overWindows(['30d', '90d'], 'cashout_share', 'share', 'Bets cashed out over bets placed', (w) =>
    ratio(sum('cashouts_count', w), sum('bets_count', w)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'night_share',
    'share',
    'Bets and rounds between midnight and 06:00 over all',
    (w) => ratio(sum('night_wagers', w), wagers(w)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'weekend_share',
    'share',
    'Bets and rounds on Saturdays and Sundays over all',
    (w) => ratio(sum('weekend_wagers', w), wagers(w)),
  ),
];
