import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFeatures } from '../db/queries/features.ts';
import { checkEvent } from '../ingest/check-event.ts';
import { factsOf, foldEvents } from '../testing/fold-events.ts';
import { type History, loadStreams } from '../testing/load-streams.ts';
import { anEvent, createTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { features as catalogue } from './catalogue.ts';
import { evaluateFeature } from './evaluate-feature.ts';
import type { FeatureScope } from './feature-sql.ts';
import { purchaseHistory } from './purchase-history.ts';

/** What models read of players, all of it. */
const features = [...catalogue, ...purchaseHistory];

const timeZone = 'America/Sao_Paulo';
const seed = Number(process.env.SEED ?? 20_261_120);

let gateway: TestGateway;
let histories: Map<string, History>;

beforeAll(async () => {
  gateway = await createTestGateway({ timeZone });
  histories = await loadStreams(gateway, { streams: 12, seed });
  await playDaily();
  expect(histories.size).toBeGreaterThan(25);
});
afterAll(() => gateway.stop());

/** A player of every day, who loses and pays in again the day after: what features of following days look at. */
async function playDaily(): Promise<void> {
  const now = Date.now();
  const drawn = Array.from({ length: 40 }, (_, ago) => {
    const time = new Date(now - ago * 86_400_000 - 60_000).toISOString();
    const data = { game: 'g', stake: 1000 + 37 * ago, payout: ago % 3 === 0 ? 5000 : 100, currency: 'BRL' };
    return [
      anEvent({ type: 'casino.round', player: 'daily', time, data }),
      anEvent({ player: 'daily', time, data: { amount: 500 + 11 * ago, currency: 'BRL' } }),
    ];
  }).flat();
  await gateway.client().events.send(drawn, { replay: true });
  const events = drawn.flatMap((event) => {
    const checked = checkEvent(event, { now: Date.now() });
    return checked.ok ? [checked.event] : [];
  });
  expect(events).toHaveLength(80);
  histories.set('daily', { playerId: '', events, currency: 'BRL' });
}

/** What the database says of each player, in the order of the catalogue. */
async function read(more: Pick<FeatureScope, 'today' | 'past'>) {
  const rows = await readFeatures(gateway.running.db.sql, features, {
    tenantId: gateway.tenant.tenantId,
    timeZone,
    ...more,
  });
  return new Map(rows.map((row) => [row.external_id, row.values]));
}

/** What was known of each player when the day ended: only the events up to then are looked at. */
function known(day: string): Map<string, (number | null)[]> {
  const end = DateTime.fromISO(day, { zone: timeZone }).endOf('day');
  return new Map(
    [...histories].map(([player, { events, currency }]) => {
      const before = events.filter(({ at }) => at <= end.toMillis());
      const attributes = { brand: null, country: null, currency, language: null, vipLevel: null };
      const facts = factsOf(foldEvents(before, timeZone, currency), {
        timeZone,
        now: end.toJSDate(),
        currency,
        restricted: false,
        attributes,
      });
      return [player, features.map(({ expression }) => evaluateFeature(expression, facts))];
    }),
  );
}

const dayBefore = (days: number) => DateTime.now().setZone(timeZone).minus({ days }).toFormat('yyyy-MM-dd');
const cutoffs = [0, 1, 2, 3, 4, 7, 29, 30, 31, 60, 89, 120, 3000].map(dayBefore);

/** Ratios of sums may round in another order. */
const isAlike = (a: number | null, b: number | null) =>
  a === null || b === null ? a === b : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

describe('the features as of a day gone by', () => {
  it('are those of the events up to then, of every feature that models read: nothing later shows', async () => {
    for (const today of cutoffs) {
      const [got, expected] = [await read({ today, past: true }), known(today)];
      for (const [player, values] of expected) {
        for (const [index, { id }] of features.entries()) {
          const [a, b] = [got.get(player)?.[index] ?? null, values[index] ?? null];
          expect(isAlike(a, b), `${id} of ${player} on ${today}: ${a}, not ${b}`).toBe(true);
        }
      }
    }
  });

  it('would be others if later days showed: the events of the test tell a leak', async () => {
    let leaks = 0;
    const leaking = new Set<string>();
    for (const today of cutoffs.slice(1)) {
      const [got, expected] = [await read({ today }), known(today)];
      for (const [player, values] of expected) {
        for (const [index, { id }] of features.entries()) {
          if (isAlike(got.get(player)?.[index] ?? null, values[index] ?? null)) continue;
          leaks += 1;
          leaking.add(id);
        }
      }
    }
    expect(leaks).toBeGreaterThan(100);
    expect([...leaking].some((id) => id.endsWith('_30d'))).toBe(true);
    expect([...leaking].some((id) => id.endsWith('_lifetime'))).toBe(true);
    expect([...leaking].some((id) => id.startsWith('days_since'))).toBe(true);
  });
});
