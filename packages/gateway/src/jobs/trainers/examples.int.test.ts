import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExampleRow, readExamples } from '../../db/queries/training-examples.ts';
import { features } from '../../features/catalogue.ts';
import type { Counter } from '../../ingest/counters.ts';
import { foldEvents } from '../../testing/fold-events.ts';
import { type History, loadStreams } from '../../testing/load-streams.ts';
import { createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { dayNumber, shiftDay } from './cutoffs.ts';

const timeZone = 'America/Sao_Paulo';
const seed = Number(process.env.SEED ?? 20_261_121);
const definitions = features.filter(({ id }) => ['active_days_30d', 'ggr_lifetime'].includes(id));

let gateway: TestGateway;
let histories: Map<string, History>;
let today: string;

beforeAll(async () => {
  gateway = await createTestGateway({ timeZone });
  histories = await loadStreams(gateway, { streams: 30, seed });
  today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());
});
afterAll(() => gateway.stop());

/** Sums of a counter over the days after `after`, up to `to`, straight from the events. */
function sumOf({ events, currency }: History, counter: Counter, after: string, to: string): number {
  const { days } = foldEvents(events, timeZone, currency);
  return days
    .filter(({ day }) => dayNumber(day) > dayNumber(after) && dayNumber(day) <= dayNumber(to))
    .reduce((sum, { counts }) => sum + Number(counts[counter]), 0);
}

async function read(cutoff: string, counter: Counter, days: number): Promise<ExampleRow[]> {
  const all: ExampleRow[] = [];
  await readExamples(
    gateway.running.db.sql,
    definitions,
    { tenantId: gateway.tenant.tenantId, timeZone, today: cutoff, past: true },
    { questions: [{ sumOf: counter, days }], activeIn: '30d' },
    (rows) => {
      all.push(...rows);
    },
  );
  return all;
}

describe('examples', () => {
  it('are of those who were active before the cutoff, and are answered by the days after it alone', async () => {
    let both = 0;
    for (const ago of [8, 15, 31, 45, 61]) {
      for (const [counter, days] of [
        ['activities_count', 7],
        ['events_count', 14],
        ['sessions_count', 30],
      ] as const) {
        const cutoff = shiftDay(today, -ago);
        const expected = new Map(
          [...histories.values()]
            .filter((history) => sumOf(history, 'activities_count', shiftDay(cutoff, -30), cutoff) > 0)
            .map((history) => [history.playerId, sumOf(history, counter, cutoff, shiftDay(cutoff, days))]),
        );
        const rows = await read(cutoff, counter, days);
        expect(new Map(rows.map((row) => [row.player_id, row.answers[0]]))).toEqual(expected);
        const happened = [...expected.values()].filter((sum) => sum > 0).length;
        if (happened > 0 && happened < expected.size) both += 1;
      }
    }
    expect(both).toBeGreaterThan(2);
  });

  it('are told apart from ones with a leak: what happened after the cutoff moves no feature', async () => {
    const cutoff = shiftDay(today, -20);
    const before = await read(cutoff, 'deposits_count', 14);
    const someone = [...histories].find(([, { playerId }]) => playerId === before[0]?.player_id);
    const principal = await gateway.running.services.identity.identify(gateway.tenant.secretKey, undefined);
    const time = new Date(`${shiftDay(cutoff, 5)}T15:00:00Z`).toISOString();
    const currency = someone?.[1].currency ?? 'BRL';
    await gateway.running.services.events.send(principal, {
      events: [
        {
          id: 'late',
          type: 'deposit.approved',
          player: someone?.[0],
          time,
          data: { amount: 77_700, currency },
        },
        {
          id: 'bet',
          type: 'casino.round',
          player: someone?.[0],
          time,
          data: { game: 'g', stake: 500, payout: 0, currency },
        },
      ],
      replay: true,
    });
    const after = await read(cutoff, 'deposits_count', 14);
    const of = (rows: ExampleRow[]) => rows.find((row) => row.player_id === someone?.[1].playerId);
    expect(of(after)?.values).toEqual(of(before)?.values);
    expect(of(after)?.answers).toEqual([(of(before)?.answers[0] ?? 0) + 1]);
  });
});
