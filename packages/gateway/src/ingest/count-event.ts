import { isActivity } from './activity.ts';
import type { Counts } from './counters.ts';
import type { CheckedEvent } from './event.ts';
import type { LocalMoment } from './local-clock.ts';

/** The ISO 4217 code for "no currency": where events without money are counted. */
export const noCurrency = 'XXX';

/** The currency an event's money is in, or `XXX` when it moves none. */
export function currencyOf(event: CheckedEvent): string {
  if (!movesMoney.has(event.type)) return noCurrency;
  const { currency } = event.data;
  return typeof currency === 'string' ? currency : noCurrency;
}

const movesMoney = new Set([
  'deposit.approved',
  'withdrawal.approved',
  'bet.placed',
  'bet.settled',
  'casino.round',
  'bonus.granted',
  'bonus.converted',
]);

const digits = (value: unknown): bigint =>
  typeof value === 'number' || typeof value === 'string' ? BigInt(value) : 0n;

/** Adds one event to the sums of its player and day. A stake counts when placed, a payout when settled. */
export function countEvent(into: Counts, event: CheckedEvent, moment: LocalMoment): void {
  into.events_count += 1n;
  if (isActivity(event.type)) into.activities_count += 1n;
  const { data } = event;
  switch (event.type) {
    case 'deposit.approved':
      into.deposits_count += 1n;
      into.deposits_amount += digits(data.amount);
      break;
    case 'deposit.failed':
      into.deposits_failed_count += 1n;
      break;
    case 'withdrawal.requested':
      into.withdrawals_requested_count += 1n;
      break;
    case 'withdrawal.approved':
      into.withdrawals_count += 1n;
      into.withdrawals_amount += digits(data.amount);
      break;
    case 'withdrawal.cancelled':
      into.withdrawals_cancelled_count += 1n;
      break;
    case 'bet.placed': {
      const stake = digits(data.stake);
      into.bets_count += 1n;
      into.bets_stake += stake;
      if (data.live === true) {
        into.live_bets_count += 1n;
        into.live_bets_stake += stake;
      }
      if (data.bonus === true) into.bonus_stake += stake;
      countWagers(into, 1n, moment);
      break;
    }
    case 'bet.settled':
      into.bets_payout += digits(data.payout);
      if (data.outcome === 'cashed_out') into.cashouts_count += 1n;
      break;
    case 'casino.round': {
      const rounds = typeof data.rounds === 'number' ? BigInt(data.rounds) : 1n;
      const stake = digits(data.stake);
      into.casino_rounds += rounds;
      into.casino_stake += stake;
      into.casino_payout += digits(data.payout);
      if (data.gameType === 'slots') into.slots_stake += stake;
      if (data.gameType === 'live') into.live_casino_stake += stake;
      if (data.bonus === true) into.bonus_stake += stake;
      countWagers(into, rounds, moment);
      break;
    }
    case 'bonus.granted':
      into.bonuses_granted_count += 1n;
      into.bonuses_granted_amount += digits(data.amount);
      break;
    case 'bonus.converted':
      into.bonuses_converted_amount += digits(data.amount);
      break;
    case 'session.started':
      into.sessions_count += 1n;
      break;
    case 'session.ended':
      into.session_seconds += digits(data.durationSeconds);
      break;
    case 'message.sent':
      into.messages_sent += 1n;
      break;
    case 'message.opened':
      into.messages_opened += 1n;
      break;
    case 'limit.set':
      into.limits_set_count += 1n;
      break;
    default:
      break;
  }
}

function countWagers(into: Counts, wagers: bigint, moment: LocalMoment): void {
  if (moment.hour < 6) into.night_wagers += wagers;
  if (moment.weekend) into.weekend_wagers += wagers;
}
