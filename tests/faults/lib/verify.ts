import { isDeepStrictEqual } from 'node:util';
import { connect, type PostgresClient } from '../../../packages/gateway/src/db/database.ts';
import { counterNames } from '../../../packages/gateway/src/ingest/counters.ts';
import type { CheckedEvent } from '../../../packages/gateway/src/ingest/event.ts';
import { foldEvents } from '../../../packages/gateway/src/testing/fold-events.ts';
import { eventOf, type Item, isBad, numberOf } from './events.ts';
import type { Truth, Violation } from './truth.ts';

/** Holds a store against the truth: every event by its id, every counter by a fold over the stored events. */

/** A transaction of the client's. */
export type Tx = Parameters<Parameters<PostgresClient['begin']>[1]>[0];
export type Of = { tenantId: string; timeZone: string; truth: Truth };

type EventRow = {
  player_id: string;
  external_id: string | null;
  event_id: string;
  type: string;
  occurred_at: Date;
  data: Record<string, unknown>;
};
type Row = Record<string, unknown>;

/** Runs over one snapshot of the database. `change` is done to it before, and undone after: how the tests' teeth are shown. */
export async function verifyDatabase(
  url: string,
  of: Of,
  change: (tx: Tx) => Promise<void> = async () => {},
): Promise<{ violations: Violation[]; stored: number }> {
  const db = connect(url, { max: 1 });
  let outcome: { violations: Violation[]; stored: number } = { violations: [], stored: 0 };
  try {
    await db.sql
      .begin('ISOLATION LEVEL REPEATABLE READ', async (tx) => {
        await change(tx);
        outcome = await verifyStore(tx, of);
        throw new Undo();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
    return outcome;
  } finally {
    await db.close();
  }
}

class Undo extends Error {}

async function verifyStore(tx: Tx, of: Of): Promise<{ violations: Violation[]; stored: number }> {
  const { truth } = of;
  const violations: Violation[] = [];
  const report = (kind: string, about: string) => {
    if (violations.length < 1000) violations.push({ kind, about });
  };
  /** 1: as first sent; 2: as the rival. */
  const found = new Uint8Array(truth.size);
  let stored = 0;
  const sums = new Sums(await readRows(tx, of, 'player_state'), await readRows(tx, of, 'player_day'), of);
  const rows = tx<EventRow[]>`
    SELECT e.player_id, p.external_id, e.event_id, e.type, e.occurred_at, e.data
    FROM crmbet.events e LEFT JOIN crmbet.players p ON p.tenant_id = e.tenant_id AND p.player_id = e.player_id
    WHERE e.tenant_id = ${of.tenantId} ORDER BY e.player_id`.cursor(5000);
  let player: { id: string; events: CheckedEvent[] } = { id: '', events: [] };
  const closePlayer = () => {
    if (player.events.length > 0) sums.compare(player.id, player.events, report);
  };
  for await (const batch of rows) {
    for (const row of batch) {
      stored += 1;
      if (player.id !== row.player_id) {
        closePlayer();
        player = { id: row.player_id, events: [] };
      }
      player.events.push(checkedOf(row));
      const n = numberOf(truth.world, row.event_id);
      const variant = variantOf(truth, n, row);
      if (variant === 0) {
        report('stored but never sent', row.event_id);
        continue;
      }
      if (found[n] !== 0) report('stored twice', row.event_id);
      found[n] = variant;
    }
  }
  closePlayer();
  sums.compareRest(report);
  for (let n = 0; n < truth.size; n += 1) judge(truth, n, found[n] ?? 0, report);
  return { violations, stored };
}

/** Which body of an event this row holds; 0: none that was sent. */
function variantOf(truth: Truth, n: number, row: EventRow): 0 | 1 | 2 {
  if (!Number.isInteger(n) || n < 0 || n >= truth.size) return 0;
  const is = (item: Item) => {
    const event = eventOf(truth.world, item);
    return (
      truth.wasSent(item) &&
      event.type === row.type &&
      event.player === row.external_id &&
      Date.parse(event.time) === row.occurred_at.getTime() &&
      isDeepStrictEqual(event.data, row.data)
    );
  };
  if (isBad(truth.world, n)) return 0;
  return is({ n, rival: false }) ? 1 : is({ n, rival: true }) ? 2 : 0;
}

function judge(truth: Truth, n: number, found: number, report: (kind: string, about: string) => void): void {
  const id = `${truth.world.prefix}-${n}`;
  for (const rival of [false, true]) {
    const item = { n, rival };
    const mine = rival ? 2 : 1;
    if (truth.isAcked(item) && found === 0) report('acked but not stored', id);
    if (truth.isAcked(item) && found !== 0 && found !== mine)
      report('acked, but the other body is stored', id);
    if (truth.isConflict(item) && found === 0) report('a conflict with nothing stored', id);
    if (truth.isConflict(item) && found === mine) report('a conflict was stored', id);
  }
}

const checkedOf = (row: EventRow): CheckedEvent => ({
  id: row.event_id,
  source: 'server',
  type: row.type,
  player: row.external_id ?? '',
  at: row.occurred_at.getTime(),
  brand: null,
  data: row.data,
  replay: false,
});

async function readRows(tx: Tx, of: Of, table: 'player_state' | 'player_day'): Promise<Row[]> {
  if (table === 'player_state')
    return await tx<Row[]>`SELECT * FROM crmbet.player_state WHERE tenant_id = ${of.tenantId}`;
  return await tx<Row[]>`
    SELECT *, to_char(day, 'YYYY-MM-DD') AS day FROM crmbet.player_day WHERE tenant_id = ${of.tenantId}`;
}

const countsOf = (row: Row) =>
  Object.fromEntries(counterNames.map((name) => [name, BigInt(String(row[name] ?? 0))]));

/** What the store says of each player, until it was compared. */
class Sums {
  readonly #of: Of;
  readonly #states: Map<string, Row>;
  readonly #days: Map<string, Row[]>;

  constructor(states: Row[], days: Row[], of: Of) {
    this.#of = of;
    this.#states = new Map(states.map((row) => [String(row.player_id), row]));
    this.#days = Map.groupBy(days, (row) => String(row.player_id));
  }

  compare(playerId: string, events: CheckedEvent[], report: (kind: string, about: string) => void): void {
    const state = this.#states.get(playerId);
    const days = this.#days.get(playerId) ?? [];
    this.#states.delete(playerId);
    this.#days.delete(playerId);
    if (state === undefined) {
      report('events without a state', playerId);
      return;
    }
    const folded = foldEvents(
      events,
      this.#of.timeZone,
      state.currency === null ? null : String(state.currency),
    );
    const keyed = (list: { day: unknown; currency: unknown; counts: unknown }[]) =>
      new Map(list.map(({ day, currency, counts }) => [`${day} ${currency}`, counts]));
    const stored = days.map((row) => ({ day: row.day, currency: row.currency, counts: countsOf(row) }));
    if (!isDeepStrictEqual(keyed(stored), keyed(folded.days)))
      report('the days differ from the fold of the events', playerId);
    if (!isDeepStrictEqual(countsOf(state), { ...folded.lifetime }))
      report('the state differs from the fold of the events', playerId);
    for (const [name, at] of Object.entries(folded.moments)) {
      const is = state[name] instanceof Date ? state[name].getTime() : null;
      if (is !== at) report(`${name} differs from the fold of the events`, playerId);
    }
  }

  /** Players that the store counts, and has no event of. */
  compareRest(report: (kind: string, about: string) => void): void {
    for (const playerId of this.#states.keys()) report('a state without events', playerId);
    for (const playerId of this.#days.keys()) report('days without events', playerId);
  }
}
