import fc from 'fast-check';
import { builtInTypes } from '../ingest/event-types.ts';
import { anyEvent, type WireEvent } from './arbitrary-event.ts';

const dayMs = 86_400_000;
const currencies = ['BRL', 'USD', 'EUR'];

/** Mostly of late, where windows end; some around changes of the clocks in America/Sao_Paulo. */
const anyMoment = (now: number) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: now - 100 * dayMs, max: now + dayMs / 2 }) },
    { weight: 1, arbitrary: fc.integer({ min: Date.UTC(2018, 9, 1), max: Date.UTC(2019, 2, 31) }) },
  );

/**
 * Events of a few players, of every type and in several currencies, no two at one moment (what the newest says is then
 * never a matter of taste). Sums stay within 64 bits. `prefix` keeps runs apart.
 */
export const anyStream = (prefix: string, maxLength: number, now = Date.now()): fc.Arbitrary<WireEvent[]> =>
  fc
    .uniqueArray(
      fc.record({
        event: anyEvent(builtInTypes, fc.constant('')),
        at: anyMoment(now),
        player: fc.nat(3),
        currency: fc.constantFrom(...currencies),
        brand: fc.constantFrom('arena', 'sul', undefined),
      }),
      { minLength: 1, maxLength, selector: ({ at }) => at },
    )
    .map((drawn) =>
      drawn.map(({ event, at, player, currency, brand }, index) => ({
        id: `${prefix}-${index}`,
        type: event.type,
        player: `${prefix}-p${player}`,
        time: new Date(at).toISOString(),
        ...(brand === undefined ? {} : { brand }),
        data: bounded(event.data, currency),
      })),
    );

/** The data with amounts that can be added up a hundred times, and a currency that others share. */
function bounded(data: unknown, currency: string): unknown {
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]: [string, unknown]) => {
      if (key === 'currency') return [key, currency];
      if (['amount', 'stake', 'payout'].includes(key)) return [key, String(value).slice(0, 16)];
      return [key, value];
    }),
  );
}
