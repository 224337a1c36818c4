/**
 * What is counted of a player's behaviour, per day (`player_day`) and for life (`player_state`). Both tables, the
 * write path, the features and the in-memory fold are made from this list.
 *
 * `money` counters are minor units in one currency; all others are plain counts.
 */
export const counters = {
  events_count: 'count',
  /** Events that the player brought about, not those that were done to the player. */
  activities_count: 'count',
  deposits_count: 'count',
  deposits_amount: 'money',
  deposits_failed_count: 'count',
  withdrawals_requested_count: 'count',
  withdrawals_count: 'count',
  withdrawals_amount: 'money',
  withdrawals_cancelled_count: 'count',
  bets_count: 'count',
  bets_stake: 'money',
  bets_payout: 'money',
  /** Of the bets, those on a fixture that was being played. */
  live_bets_count: 'count',
  live_bets_stake: 'money',
  /** Bets that the player settled early. */
  cashouts_count: 'count',
  casino_rounds: 'count',
  casino_stake: 'money',
  casino_payout: 'money',
  /** Of the casino's stakes, those on slots, and those at a table with a live dealer. */
  slots_stake: 'money',
  live_casino_stake: 'money',
  /** Of all stakes, those of bonus money. */
  bonus_stake: 'money',
  bonuses_granted_count: 'count',
  bonuses_granted_amount: 'money',
  bonuses_converted_amount: 'money',
  sessions_count: 'count',
  session_seconds: 'count',
  /** Bets and rounds between 00:00 and 06:00 in the tenant's zone. */
  night_wagers: 'count',
  /** Bets and rounds on a Saturday or Sunday in the tenant's zone. */
  weekend_wagers: 'count',
  messages_sent: 'count',
  messages_opened: 'count',
  limits_set_count: 'count',
} as const satisfies Record<string, 'count' | 'money'>;

export type Counter = keyof typeof counters;

export const counterNames = Object.keys(counters).filter((key): key is Counter => key in counters);
export const moneyCounters = counterNames.filter((name) => counters[name] === 'money');

export type Counts = Record<Counter, bigint>;

/** A fresh set of zeros; a literal, so that every set has the same hidden class on the hot path. */
export const noCounts = (): Counts => ({
  events_count: 0n,
  activities_count: 0n,
  deposits_count: 0n,
  deposits_amount: 0n,
  deposits_failed_count: 0n,
  withdrawals_requested_count: 0n,
  withdrawals_count: 0n,
  withdrawals_amount: 0n,
  withdrawals_cancelled_count: 0n,
  bets_count: 0n,
  bets_stake: 0n,
  bets_payout: 0n,
  live_bets_count: 0n,
  live_bets_stake: 0n,
  cashouts_count: 0n,
  casino_rounds: 0n,
  casino_stake: 0n,
  casino_payout: 0n,
  slots_stake: 0n,
  live_casino_stake: 0n,
  bonus_stake: 0n,
  bonuses_granted_count: 0n,
  bonuses_granted_amount: 0n,
  bonuses_converted_amount: 0n,
  sessions_count: 0n,
  session_seconds: 0n,
  night_wagers: 0n,
  weekend_wagers: 0n,
  messages_sent: 0n,
  messages_opened: 0n,
  limits_set_count: 0n,
});
