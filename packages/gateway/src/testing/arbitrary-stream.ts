import fc from 'fast-check';
import { builtInTypes } from '../ingest/event-types.ts';
import { anyEvent, type WireEvent } from './arbitrary-event.ts';

const dayMs = 86_400_000;
const currencies = ['BRL', 'USD', 'EUR'];
const rivals = ['player.updated', 'restriction.set', 'restriction.lifted'] as const;

/** Mostly of late, where windows end; some around changes of the clocks in America/Sao_Paulo; some at one moment. */
const anyMoment = (now: number) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: now - 100 * dayMs, max: now + dayMs / 2 }) },
    { weight: 1, arbitrary: fc.integer({ min: Date.UTC(2018, 9, 1), max: Date.UTC(2019, 2, 31) }) },
    { weight: 2, arbitrary: fc.constantFrom(now - 3 * dayMs, now - 2 * dayMs) },
  );

/**
 * Events of a few players, of every type (the ones that contradict each other more often) and in several currencies. Sums stay
 * within 64 bits. `prefix` keeps runs apart.
 */
export const anyStream = (prefix: string, maxLength: number, now = Date.now()): fc.Arbitrary<WireEvent[]> =>
  fc
    .array(
      fc.record({
        event: fc.oneof(
          { weight: 2, arbitrary: anyEvent(builtInTypes, fc.constant('')) },
          { weight: 1, arbitrary: anyEvent(rivals, fc.constant('')) },
        ),
        endsIn: fc.integer({ min: -5, max: 5 }),
        at: anyMoment(now),
        player: fc.nat(3),
        currency: fc.constantFrom(...currencies),
        brand: fc.constantFrom('arena', 'sul', undefined),
      }),
      { minLength: 1, maxLength },
    )
    .map((drawn) =>
      drawn.map(({ event, endsIn, at, player, currency, brand }, index) => ({
        id: `${prefix}-${index}`,
        type: event.type,
        player: `${prefix}-p${player}`,
        time: new Date(at).toISOString(),
        ...(brand === undefined ? {} : { brand }),
        data: bounded(event.data, currency, new Date(now + endsIn * dayMs).toISOString()),
      })),
    );

/** The data with amounts that can be added up a hundred times, a currency that others share, and an end that is near. */
function bounded(data: unknown, currency: string, endsAt: string): unknown {
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]: [string, unknown]) => {
      if (key === 'currency') return [key, currency];
      if (key === 'endsAt') return [key, endsAt];
      if (['amount', 'stake', 'payout'].includes(key)) return [key, String(value).slice(0, 16)];
      return [key, value];
    }),
  );
}
