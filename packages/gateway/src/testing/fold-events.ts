import { DateTime } from 'luxon';
import { type Counter, type Counts, counterNames, counters, noCounts } from '../ingest/counters.ts';
import type { CheckedEvent } from '../ingest/event.ts';
import type { RuleFacts } from '../segments/evaluate-rule.ts';

/**
 * What is known of a player after a set of distinct events, worked out from the definitions of product.md's words by the
 * plainest means: no batches, no deltas, the calendar by luxon. What the write path is held against.
 */

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const digits = (value: unknown): bigint =>
  typeof value === 'number' || typeof value === 'string' ? BigInt(value) : 0n;

const moneyTypes = new Set([
  'deposit.approved',
  'withdrawal.approved',
  'bet.placed',
  'bet.settled',
  'casino.round',
  'bonus.granted',
  'bonus.converted',
]);
const wagerTypes = new Set(['bet.placed', 'casino.round']);

export const currencyOfMoney = (event: CheckedEvent): string | null =>
  moneyTypes.has(event.type) ? text(event.data.currency) : null;

/** Each counter by one sentence: of which events, and how much of each. */
const rounds = (event: CheckedEvent) => (event.type === 'casino.round' ? digits(event.data.rounds ?? 1) : 1n);
const amounts: Record<Counter, (event: CheckedEvent, wall: DateTime) => bigint> = {
  events_count: () => 1n,
  deposits_count: ({ type }) => (type === 'deposit.approved' ? 1n : 0n),
  deposits_amount: ({ type, data }) => (type === 'deposit.approved' ? digits(data.amount) : 0n),
  deposits_failed_count: ({ type }) => (type === 'deposit.failed' ? 1n : 0n),
  withdrawals_count: ({ type }) => (type === 'withdrawal.approved' ? 1n : 0n),
  withdrawals_amount: ({ type, data }) => (type === 'withdrawal.approved' ? digits(data.amount) : 0n),
  withdrawals_cancelled_count: ({ type }) => (type === 'withdrawal.cancelled' ? 1n : 0n),
  bets_count: ({ type }) => (type === 'bet.placed' ? 1n : 0n),
  bets_stake: ({ type, data }) => (type === 'bet.placed' ? digits(data.stake) : 0n),
  bets_payout: ({ type, data }) => (type === 'bet.settled' ? digits(data.payout) : 0n),
  casino_rounds: (event) => (event.type === 'casino.round' ? rounds(event) : 0n),
  casino_stake: ({ type, data }) => (type === 'casino.round' ? digits(data.stake) : 0n),
  casino_payout: ({ type, data }) => (type === 'casino.round' ? digits(data.payout) : 0n),
  bonuses_granted_count: ({ type }) => (type === 'bonus.granted' ? 1n : 0n),
  bonuses_granted_amount: ({ type, data }) => (type === 'bonus.granted' ? digits(data.amount) : 0n),
  bonuses_converted_amount: ({ type, data }) => (type === 'bonus.converted' ? digits(data.amount) : 0n),
  sessions_count: ({ type }) => (type === 'session.started' ? 1n : 0n),
  session_seconds: ({ type, data }) => (type === 'session.ended' ? digits(data.durationSeconds) : 0n),
  night_wagers: (event, wall) => (wagerTypes.has(event.type) && wall.hour < 6 ? rounds(event) : 0n),
  weekend_wagers: (event, wall) => (wagerTypes.has(event.type) && wall.weekday > 5 ? rounds(event) : 0n),
  messages_sent: ({ type }) => (type === 'message.sent' ? 1n : 0n),
  messages_opened: ({ type }) => (type === 'message.opened' ? 1n : 0n),
};

export type FoldedDay = { day: string; currency: string; counts: Counts };

export type Folded = {
  days: FoldedDay[];
  lifetime: Counts;
  moments: {
    first_event_at: number;
    last_event_at: number;
    registered_at: number | null;
    first_deposit_at: number | null;
    last_deposit_at: number | null;
    last_wager_at: number | null;
    last_session_at: number | null;
  };
};

/** @param currency the currency of the account: money in others is in `days` alone */
export function foldEvents(
  events: readonly CheckedEvent[],
  timeZone: string,
  currency: string | null,
): Folded {
  const days = new Map<string, FoldedDay>();
  const lifetime = noCounts();
  for (const event of events) {
    const wall = DateTime.fromMillis(event.at, { zone: timeZone });
    const of = currencyOfMoney(event) ?? 'XXX';
    const key = `${wall.toFormat('yyyy-MM-dd')} ${of}`;
    const row = days.get(key) ?? { day: wall.toFormat('yyyy-MM-dd'), currency: of, counts: noCounts() };
    days.set(key, row);
    for (const name of counterNames) {
      const amount = amounts[name](event, wall);
      row.counts[name] += amount;
      if (counters[name] === 'count' || of === currency) lifetime[name] += amount;
    }
  }
  const times = (wanted: (type: string) => boolean) =>
    events.filter(({ type }) => wanted(type)).map(({ at }) => at);
  const earliest = (list: number[]) => (list.length === 0 ? null : Math.min(...list));
  const latest = (list: number[]) => (list.length === 0 ? null : Math.max(...list));
  const deposits = times((type) => type === 'deposit.approved');
  const all = times(() => true);
  return {
    days: [...days.values()].sort((a, b) => (`${a.day}${a.currency}` < `${b.day}${b.currency}` ? -1 : 1)),
    lifetime,
    moments: {
      first_event_at: Math.min(...all),
      last_event_at: Math.max(...all),
      registered_at: earliest(times((type) => type === 'player.registered')),
      first_deposit_at: earliest(deposits),
      last_deposit_at: latest(deposits),
      last_wager_at: latest(times((type) => wagerTypes.has(type))),
      last_session_at: latest(times((type) => type === 'session.started')),
    },
  };
}

/** A restriction is in force when the newest word about it set it, and it has not run out. */
export function isRestricted(events: readonly CheckedEvent[], now: Date): boolean {
  const newest = new Map<unknown, CheckedEvent>();
  for (const event of events) {
    if (!event.type.startsWith('restriction.')) continue;
    const known = newest.get(event.data.restriction);
    if (known === undefined || event.at > known.at) newest.set(event.data.restriction, event);
  }
  return [...newest.values()].some(({ type, data }) => {
    const end = text(data.endsAt);
    return type === 'restriction.set' && (end === null || Date.parse(end) > now.getTime());
  });
}

/** The fold as the reference evaluators of features and rules take it. */
export function factsOf(
  folded: Folded,
  of: {
    timeZone: string;
    now: Date;
    currency: string | null;
    restricted: boolean;
    attributes: RuleFacts['attributes'];
  },
): RuleFacts {
  const today = DateTime.fromJSDate(of.now, { zone: of.timeZone }).startOf('day');
  const dayNumber = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  const ageOf = (day: string) => dayNumber(today.toFormat('yyyy-MM-dd')) - dayNumber(day);
  const since = (ms: number | null) =>
    ms === null ? null : ageOf(DateTime.fromMillis(ms, { zone: of.timeZone }).toFormat('yyyy-MM-dd'));
  const { moments } = folded;
  return {
    currency: of.currency,
    days: folded.days.map((row) => ({ ...row, age: ageOf(row.day) })),
    lifetime: folded.lifetime,
    daysSince: {
      registered_at: since(moments.registered_at),
      last_event_at: since(moments.last_event_at),
      last_deposit_at: since(moments.last_deposit_at),
      last_wager_at: since(moments.last_wager_at),
    },
    restricted: of.restricted,
    attributes: of.attributes,
  };
}
