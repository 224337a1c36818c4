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

/** What happens to a player, by whoever's hand but their own. */
const isDoneByPlayer = (type: string): boolean =>
  !/^(bonus\..*|restriction\..*|message\.(sent|delivered|bounced)|bet\.settled|withdrawal\.approved|player\.updated)$/.test(
    type,
  );

export const currencyOfMoney = (event: CheckedEvent): string | null =>
  moneyTypes.has(event.type) ? text(event.data.currency) : null;

/** Each counter by one sentence: of which events, and how much of each. */
const rounds = (event: CheckedEvent) => (event.type === 'casino.round' ? digits(event.data.rounds ?? 1) : 1n);
const amounts: Record<Counter, (event: CheckedEvent, wall: DateTime) => bigint> = {
  events_count: () => 1n,
  activities_count: ({ type }) => (isDoneByPlayer(type) ? 1n : 0n),
  deposits_count: ({ type }) => (type === 'deposit.approved' ? 1n : 0n),
  deposits_amount: ({ type, data }) => (type === 'deposit.approved' ? digits(data.amount) : 0n),
  deposits_failed_count: ({ type }) => (type === 'deposit.failed' ? 1n : 0n),
  withdrawals_requested_count: ({ type }) => (type === 'withdrawal.requested' ? 1n : 0n),
  withdrawals_count: ({ type }) => (type === 'withdrawal.approved' ? 1n : 0n),
  withdrawals_amount: ({ type, data }) => (type === 'withdrawal.approved' ? digits(data.amount) : 0n),
  withdrawals_cancelled_count: ({ type }) => (type === 'withdrawal.cancelled' ? 1n : 0n),
  bets_count: ({ type }) => (type === 'bet.placed' ? 1n : 0n),
  bets_stake: ({ type, data }) => (type === 'bet.placed' ? digits(data.stake) : 0n),
  bets_payout: ({ type, data }) => (type === 'bet.settled' ? digits(data.payout) : 0n),
  live_bets_count: ({ type, data }) => (type === 'bet.placed' && data.live === true ? 1n : 0n),
  live_bets_stake: ({ type, data }) =>
    type === 'bet.placed' && data.live === true ? digits(data.stake) : 0n,
  cashouts_count: ({ type, data }) => (type === 'bet.settled' && data.outcome === 'cashed_out' ? 1n : 0n),
  casino_rounds: (event) => (event.type === 'casino.round' ? rounds(event) : 0n),
  casino_stake: ({ type, data }) => (type === 'casino.round' ? digits(data.stake) : 0n),
  casino_payout: ({ type, data }) => (type === 'casino.round' ? digits(data.payout) : 0n),
  slots_stake: ({ type, data }) =>
    type === 'casino.round' && data.gameType === 'slots' ? digits(data.stake) : 0n,
  live_casino_stake: ({ type, data }) =>
    type === 'casino.round' && data.gameType === 'live' ? digits(data.stake) : 0n,
  bonus_stake: ({ type, data }) => (wagerTypes.has(type) && data.bonus === true ? digits(data.stake) : 0n),
  bonuses_granted_count: ({ type }) => (type === 'bonus.granted' ? 1n : 0n),
  bonuses_granted_amount: ({ type, data }) => (type === 'bonus.granted' ? digits(data.amount) : 0n),
  bonuses_converted_amount: ({ type, data }) => (type === 'bonus.converted' ? digits(data.amount) : 0n),
  sessions_count: ({ type }) => (type === 'session.started' ? 1n : 0n),
  session_seconds: ({ type, data }) => (type === 'session.ended' ? digits(data.durationSeconds) : 0n),
  night_wagers: (event, wall) => (wagerTypes.has(event.type) && wall.hour < 6 ? rounds(event) : 0n),
  weekend_wagers: (event, wall) => (wagerTypes.has(event.type) && wall.weekday > 5 ? rounds(event) : 0n),
  messages_sent: ({ type }) => (type === 'message.sent' ? 1n : 0n),
  messages_opened: ({ type }) => (type === 'message.opened' ? 1n : 0n),
  limits_set_count: ({ type }) => (type === 'limit.set' ? 1n : 0n),
};

export type FoldedDay = { day: string; currency: string; counts: Counts };

export type Folded = {
  days: FoldedDay[];
  lifetime: Counts;
  moments: {
    first_event_at: number;
    last_event_at: number;
    last_active_at: number | null;
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
      last_active_at: latest(times(isDoneByPlayer)),
      registered_at: earliest(times((type) => type === 'player.registered')),
      first_deposit_at: earliest(deposits),
      last_deposit_at: latest(deposits),
      last_wager_at: latest(times((type) => wagerTypes.has(type))),
      last_session_at: latest(times((type) => type === 'session.started')),
    },
  };
}

/** The brand of the earliest event that names one; of two at one moment, the one that sorts first. */
export function brandOf(events: readonly CheckedEvent[]): string | null {
  const named = events.flatMap(({ at, brand }) => (brand === null ? [] : [{ at, brand }]));
  named.sort((a, b) => a.at - b.at || (a.brand < b.brand ? -1 : 1));
  return named[0]?.brand ?? null;
}

/** Each field as the latest event said it; of two at one moment, the one whose JSON sorts last. */
export function profileOf(events: readonly CheckedEvent[]): Record<string, unknown> {
  const said = events
    .filter(({ type }) => type === 'player.registered' || type === 'player.updated')
    .flatMap(({ at, data }) => Object.entries(data).map(([name, value]) => ({ at, name, value })));
  said.sort((a, b) => a.at - b.at || (JSON.stringify(a.value) < JSON.stringify(b.value) ? -1 : 1));
  return Object.fromEntries(said.map(({ name, value }) => [name, value]));
}

export type FoldedRestriction = { restriction: string; scope: string; since: string; endsAt: string | null };

/**
 * A restriction of one kind and scope is in force when the newest word about it set it, and it has not run out. Of two words
 * at one moment, setting weighs more than lifting, and a later end more than an earlier one.
 */
export function restrictionsOf(events: readonly CheckedEvent[], now: Date): FoldedRestriction[] {
  const endOf = (event: CheckedEvent) => Date.parse(text(event.data.endsAt) ?? '+275000-01-01T00:00:00Z');
  const weight = (event: CheckedEvent) => (event.type === 'restriction.set' ? endOf(event) : 0);
  const newest = new Map<string, CheckedEvent>();
  const words = events.filter(({ type }) => type.startsWith('restriction.'));
  for (const event of words.sort((a, b) => a.at - b.at || weight(a) - weight(b)))
    newest.set(`${text(event.data.restriction)} ${text(event.data.scope) ?? 'operator'}`, event);
  return [...newest]
    .filter(([, event]) => event.type === 'restriction.set' && endOf(event) > now.getTime())
    .map(([key, { at, data }]) => {
      const [restriction = '', scope = ''] = key.split(' ');
      const end = text(data.endsAt);
      return {
        restriction,
        scope,
        since: new Date(at).toISOString(),
        endsAt: end === null ? null : new Date(end).toISOString(),
      };
    });
}

export const isRestricted = (events: readonly CheckedEvent[], now: Date): boolean =>
  restrictionsOf(events, now).length > 0;

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
      first_deposit_at: since(moments.first_deposit_at),
      last_active_at: since(moments.last_active_at),
      last_session_at: since(moments.last_session_at),
      last_deposit_at: since(moments.last_deposit_at),
      last_wager_at: since(moments.last_wager_at),
    },
    restricted: of.restricted,
    attributes: of.attributes,
  };
}
