import type { Counter } from '../ingest/counters.ts';

/** A span of whole days that ends today, in the tenant's zone; or all of a player's life. */
export type Window = '7d' | '30d' | '90d' | 'lifetime';

/** A window of which the days are known one by one. */
export type DayWindow = Exclude<Window, 'lifetime'>;

/** The moments of `player_state` that a feature may count days from. */
export type MomentName =
  | 'registered_at'
  | 'first_deposit_at'
  | 'last_active_at'
  | 'last_deposit_at'
  | 'last_wager_at'
  | 'last_session_at';

/**
 * A whole number that is known of each day: counters added up, others taken away. Money is that in the account's currency,
 * counts are of all. `next` is the same of the day after by the calendar, zero where nothing happened on it.
 */
export type DayValue = { add: readonly Counter[]; subtract?: readonly Counter[]; next?: true };

/** Holds for a day when the one value is more than the other. */
export type DayCondition = { value: DayValue; moreThan: number | DayValue };

/**
 * The days of a window on which something happened and all conditions hold. `ever`: all days up to today that are kept; it costs what
 * there is, and is for models alone.
 */
export type Days = { window: DayWindow | 'ever'; where: readonly DayCondition[] };

/** One number that a model gives a player, by the model's id. */
export type ModelOutputName = { model: string; output: string };

/** How a feature is worked out. One tree, read by two interpreters: to SQL and in memory. */
export type Expression =
  | { sum: Counter; window: Window }
  /** Of a count too only what stands beside money in the account's currency; a lifetime does not keep the two apart. */
  | { sum: Counter; window: DayWindow; ownCurrency: true }
  | { number: number }
  /** How many days. */
  | { countOf: Days }
  /** From the first of the days to the last, both included. Undefined without one. */
  | { spanOf: Days }
  /** The largest value of a day; zero without a day. */
  | { maxOf: DayValue; over: Days }
  /** Undefined without a day. */
  | { meanOf: DayValue; over: Days }
  /** The value of the first of the days. Undefined without one. */
  | { firstOf: DayValue; over: Days }
  /** The sample's standard deviation (n − 1). Undefined below two days. */
  | { deviationOf: DayValue; over: Days }
  /** How much the value grows a calendar day, by least squares. Undefined below two days. */
  | { slopeOf: DayValue; over: Days }
  | { daysSince: MomentName }
  /** What a model's live version last said of the player. Undefined before it has, and where it says nothing. */
  | { score: ModelOutputName }
  | { add: readonly Expression[] }
  | { subtract: readonly [Expression, Expression] }
  /** Undefined where the divisor is zero. */
  | { divide: readonly [Expression, Expression] }
  /** 1 where it is more than zero, else 0. */
  | { isPositive: Expression };

/** The number of days in a window. */
export const daysIn = (window: Days['window']): number =>
  window === 'ever' ? Number.POSITIVE_INFINITY : Number.parseInt(window, 10);
