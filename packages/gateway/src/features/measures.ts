import type { Counter } from '../ingest/counters.ts';
import type { DayCondition, Days, DayValue, DayWindow, Expression, Window } from './expression.ts';

/** What several features are made of. */

export const sum = (counter: Counter, window: Window): Expression => ({ sum: counter, window });

/** A count of what stands beside money in the account's currency, to divide that money by. */
export const own = (counter: Counter, window: DayWindow): Expression => ({
  sum: counter,
  window,
  ownCurrency: true,
});

export const ratio = (dividend: Expression, divisor: Expression): Expression => ({
  divide: [dividend, divisor],
});
export const less = (from: Expression, what: Expression): Expression => ({ subtract: [from, what] });
export const plus = (...parts: Expression[]): Expression => ({ add: parts });
export const number = (value: number): Expression => ({ number: value });

export const turnover = (window: Window) => plus(sum('bets_stake', window), sum('casino_stake', window));
export const payouts = (window: Window) => plus(sum('bets_payout', window), sum('casino_payout', window));
export const ggr = (window: Window) => less(turnover(window), payouts(window));
export const wagers = (window: Window) => plus(sum('bets_count', window), sum('casino_rounds', window));

/** The average day of a window's newest days over the average day of all of it. */
export const trend = (of: (window: DayWindow) => Expression, window: '30d' | '90d'): Expression => {
  const [newest, days, all] = window === '30d' ? (['7d', 7, 30] as const) : (['30d', 30, 90] as const);
  return ratio(ratio(of(newest), number(days)), ratio(of(window), number(all)));
};

const stakes = ['bets_stake', 'casino_stake'] as const;
const winnings = ['bets_payout', 'casino_payout'] as const;

/** Of one day. A bet's payout counts on the day on which it is settled. */
export const day = {
  stake: { add: stakes },
  loss: { add: stakes, subtract: winnings },
  win: { add: winnings, subtract: stakes },
  wagers: { add: ['bets_count', 'casino_rounds'] },
  deposits: { add: ['deposits_count'] },
  deposited: { add: ['deposits_amount'] },
} as const satisfies Record<string, DayValue>;

export const nextDay = (value: DayValue): DayValue => ({ ...value, next: true });

export const moreThan = (value: DayValue, limit: number | DayValue): DayCondition => ({
  value,
  moreThan: limit,
});
export const some = (value: DayValue): DayCondition => moreThan(value, 0);

export const days = (window: DayWindow, ...where: DayCondition[]): Days => ({ window, where });
export const countDays = (window: DayWindow, ...where: DayCondition[]): Expression => ({
  countOf: days(window, ...where),
});

export const activeDays = (window: DayWindow) => countDays(window, some({ add: ['activities_count'] }));
export const wagerDays = (window: DayWindow) => countDays(window, some(day.wagers));
