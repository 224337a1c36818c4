import type { DayWindow } from '../expression.ts';
import { overWindows } from '../feature-definition.ts';
import { countDays, day, moreThan, nextDay, ratio, some } from '../measures.ts';
import { sources } from '../sources.ts';

const windows = ['30d', '90d'] as const;
const lost = some(day.loss);
const won = some(day.win);
const deposited = some(nextDay(day.deposits));
const raised = moreThan(nextDay(day.stake), day.stake);
const returned = some(nextDay(day.wagers));

const losingDays = (window: DayWindow) => countDays(window, lost);

/** What follows a losing day: one whose stakes were more than its payouts. */
export const chasing = [
  ...overWindows(windows, 'losing_days', 'days', 'Days with more stakes than payouts', losingDays),
  ...overWindows(
    windows,
    'losing_days_share',
    'share',
    'Days with more stakes than payouts over days with a stake',
    (w) => ratio(losingDays(w), countDays(w, some(day.stake))),
  ),
  ...overWindows(
    windows,
    'chase_deposit_days',
    'days',
    'Losing days with an approved deposit on the day after',
    (w) => countDays(w, lost, deposited),
    sources.lesieur1984,
  ),
  ...overWindows(
    ['90d'],
    'chase_deposit_share',
    'share',
    'Losing days with an approved deposit on the day after over all losing days',
    (w) => ratio(countDays(w, lost, deposited), losingDays(w)),
    sources.lesieur1984,
  ),
  ...overWindows(
    windows,
    'chase_stake_days',
    'days',
    'Losing days with higher stakes on the day after',
    (w) => countDays(w, lost, raised),
    sources.auerChasing2022,
  ),
  ...overWindows(
    ['90d'],
    'chase_stake_share',
    'share',
    'Losing days with higher stakes on the day after over all losing days',
    (w) => ratio(countDays(w, lost, raised), losingDays(w)),
    sources.auerChasing2022,
  ),
  ...overWindows(
    windows,
    'redeposit_loss_days',
    'days',
    'Losing days with two approved deposits or more',
    (w) => countDays(w, lost, moreThan(day.deposits, 1)),
    sources.auerChasing2022,
  ),
  ...overWindows(
    ['90d'],
    'return_after_loss_share',
    'share',
    'Losing days with a bet or a casino round on the day after over all losing days',
    (w) => ratio(countDays(w, lost, returned), losingDays(w)),
    sources.zhang2024,
  ),
  ...overWindows(
    ['90d'],
    'return_after_win_share',
    'share',
    'Winning days (more payouts than stakes) with a bet or a casino round on the day after over all winning days',
    (w) => ratio(countDays(w, won, returned), countDays(w, won)),
    sources.zhang2024,
  ),
];
