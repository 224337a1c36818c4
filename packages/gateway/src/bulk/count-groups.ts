import { type Counter, counterNames, counters } from '../ingest/counters.ts';
import { activitySql, variants } from './plan.ts';

/**
 * From sums by player, type, day and variant (`Plan.sums`) to the counters and moments of the store: what `ingest/count-event` and
 * `ingest/player-delta` say of one event, said of groups in SQL. A test holds the two together.
 */

const of = (type: string) => `type = '${type}'`;
const where = (sum: string, condition: string) => `sum(${sum}) FILTER (${condition})`;
const has = (bit: number) => `variant & ${bit} > 0`;
const wagers = `CASE type WHEN 'bet.placed' THEN events WHEN 'casino.round' THEN rounds ELSE 0 END`;
/** Day 0, 1970-01-01, was a Thursday. */
const weekend = '(day + 4) % 7 IN (0, 6)';

const counterSql: Record<Counter, string> = {
  events_count: 'sum(events)',
  activities_count: where('events', activitySql('type')),
  deposits_count: where('events', of('deposit.approved')),
  deposits_amount: where('amount', of('deposit.approved')),
  deposits_failed_count: where('events', of('deposit.failed')),
  withdrawals_requested_count: where('events', of('withdrawal.requested')),
  withdrawals_count: where('events', of('withdrawal.approved')),
  withdrawals_amount: where('amount', of('withdrawal.approved')),
  withdrawals_cancelled_count: where('events', of('withdrawal.cancelled')),
  bets_count: where('events', of('bet.placed')),
  bets_stake: where('stake', of('bet.placed')),
  bets_payout: where('payout', of('bet.settled')),
  live_bets_count: where('events', `${of('bet.placed')} AND ${has(variants.live)}`),
  live_bets_stake: where('stake', `${of('bet.placed')} AND ${has(variants.live)}`),
  cashouts_count: where('events', `${of('bet.settled')} AND ${has(variants.cashedOut)}`),
  casino_rounds: where('rounds', of('casino.round')),
  casino_stake: where('stake', of('casino.round')),
  casino_payout: where('payout', of('casino.round')),
  slots_stake: where('stake', `${of('casino.round')} AND ${has(variants.slots)}`),
  live_casino_stake: where('stake', `${of('casino.round')} AND ${has(variants.liveCasino)}`),
  bonus_stake: where('stake', `type IN ('bet.placed', 'casino.round') AND ${has(variants.bonus)}`),
  bonuses_granted_count: where('events', of('bonus.granted')),
  bonuses_granted_amount: where('amount', of('bonus.granted')),
  bonuses_converted_amount: where('amount', of('bonus.converted')),
  sessions_count: where('events', of('session.started')),
  session_seconds: where('seconds', of('session.ended')),
  night_wagers: where(wagers, 'night'),
  weekend_wagers: where(wagers, weekend),
  messages_sent: where('events', of('message.sent')),
  messages_opened: where('events', of('message.opened')),
  limits_set_count: where('events', of('limit.set')),
};

/** Every counter of `sums`, none of them NULL. */
const counts = counterNames.map((name) => `coalesce(${counterSql[name]}, 0) AS ${name}`).join(', ');

/** Rows of `player_day`, by the operator's id of the player; `day` counts from 1970-01-01. */
export const daysSql = (sums: string): string =>
  `SELECT player, day, currency, ${counts} FROM ${sums} GROUP BY player, day, currency`;

const latest = (condition: string) => `max(last_at) FILTER (${condition})`;

/** In the order of `moments`. */
export const momentNames = [
  'first_event_at',
  'last_event_at',
  'last_active_at',
  'registered_at',
  'first_deposit_at',
  'last_deposit_at',
  'last_wager_at',
  'last_session_at',
] as const;

const moments: Record<(typeof momentNames)[number], string> = {
  first_event_at: 'min(first_at)',
  last_event_at: 'max(last_at)',
  last_active_at: latest(activitySql('type')),
  // Who registers has a profile too: left to the exact path.
  registered_at: 'NULL::BIGINT',
  first_deposit_at: `min(first_at) FILTER (${of('deposit.approved')})`,
  last_deposit_at: latest(of('deposit.approved')),
  last_wager_at: latest(`type IN ('bet.placed', 'casino.round')`),
  last_session_at: latest(of('session.started')),
};

/**
 * Rows of `player_state` and what `players` takes from events, by the operator's id of the player. An account's money is that
 * in its currency: as `accounts` (player, currency) has it, or of the earliest money.
 */
export const stateSql = (sums: string, days: string, accounts: string): string => `
  SELECT s.*, ${counterNames.map((name) => `t.${name}`).join(', ')}
  FROM (
    SELECT m.player, coalesce(a.currency, m.first_currency) AS currency, m.brand, m.brand_at,
      ${momentNames.map((name) => `m.${name}`).join(', ')}
    FROM (
      SELECT player, ${momentNames.map((name) => `${moments[name]} AS ${name}`).join(', ')},
        arg_min(currency, {'at': first_at, 'currency': currency}) FILTER (currency <> 'XXX') AS first_currency,
        arg_min(brand, {'at': first_at, 'brand': brand}) FILTER (brand IS NOT NULL) AS brand,
        min(first_at) FILTER (brand IS NOT NULL) AS brand_at
      FROM ${sums} GROUP BY player
    ) m LEFT JOIN ${accounts} a ON a.player = m.player
  ) s
  JOIN (
    SELECT d.player, ${counterNames.map((name) => lifetime(name)).join(', ')}
    FROM ${days} d LEFT JOIN (
      SELECT m.player, coalesce(a.currency, m.first_currency) AS currency FROM (
        SELECT player, arg_min(currency, {'at': first_at, 'currency': currency}) FILTER (currency <> 'XXX') AS first_currency
        FROM ${sums} GROUP BY player
      ) m LEFT JOIN ${accounts} a ON a.player = m.player
    ) c ON c.player = d.player
    GROUP BY d.player
  ) t ON t.player = s.player`;

const lifetime = (name: Counter) =>
  counters[name] === 'money'
    ? `coalesce(sum(d.${name}) FILTER (d.currency = c.currency), 0) AS ${name}`
    : `sum(d.${name}) AS ${name}`;
