import fc from 'fast-check';
import type { BuiltInType } from '../ingest/event-types.ts';
import { anyEvent, type WireEvent } from './arbitrary-event.ts';

const hourMs = 3_600_000;
const days = 12;

/** What money, wagers and presence are made of; the commonest twice. */
const types = [
  'bet.placed',
  'bet.placed',
  'bet.settled',
  'casino.round',
  'casino.round',
  'deposit.approved',
  'deposit.approved',
  'deposit.failed',
  'withdrawal.requested',
  'withdrawal.approved',
  'withdrawal.cancelled',
  'bonus.granted',
  'bonus.converted',
  'session.started',
  'session.ended',
  'message.sent',
  'message.opened',
  'limit.set',
  'player.registered',
] as const satisfies readonly BuiltInType[];

/**
 * Some days of play of two players, small sums and mostly in one currency: many events a day and many days in a row, so that
 * measures of single days, of runs of days and of what follows a loss have something to say. `prefix` keeps runs apart.
 */
export const anyPlay = (prefix: string, maxLength: number, now = Date.now()): fc.Arbitrary<WireEvent[]> =>
  fc
    .array(
      fc.record({
        event: anyEvent(types, fc.constant('')),
        hour: fc.oneof(
          { weight: 6, arbitrary: fc.nat(days * 24) },
          { weight: 1, arbitrary: fc.integer({ min: days * 24, max: 95 * 24 }) },
        ),
        amount: fc.nat(5000),
        won: fc.constantFrom(0, 0.5, 2, 3),
        player: fc.nat(1),
        currency: fc.constantFrom('BRL', 'BRL', 'BRL', 'EUR'),
      }),
      { minLength: 1, maxLength, size: 'max' },
    )
    .map((drawn) =>
      drawn.map(({ event, hour, amount, won, player, currency }, index) => ({
        id: `${prefix}-${index}`,
        type: event.type,
        player: `${prefix}-p${player}`,
        time: new Date(now - hour * hourMs).toISOString(),
        data: playable(event.data, amount, Math.floor(amount * won), currency),
      })),
    );

function playable(data: unknown, amount: number, payout: number, currency: string): unknown {
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]: [string, unknown]) => {
      if (key === 'currency') return [key, currency];
      if (key === 'amount' || key === 'stake') return [key, amount];
      if (key === 'payout') return [key, payout];
      return [key, value];
    }),
  );
}
