import { uuidv7 } from '../auth/uuid-v7.ts';
import type { DeadLetterLimits } from '../config/dead-letter-limits.ts';
import { dayBefore } from '../config/span.ts';
import type { PostgresClient } from '../db/database.ts';
import {
  countLetters,
  deleteLettersBefore,
  deleteOldestLetters,
  hashesInLedger,
  insertLetters,
  type LetterRoom,
} from '../db/queries/dead-letters.ts';
import { retrying } from '../db/retrying.ts';
import { sourceOf } from '../ingest/source.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { DeadLetter, DeadLetters } from './dead-letter.ts';
import { type LetterRow, letterRow } from './letter-row.ts';

const rowsPerInsert = 500;
const purgeEveryMs = 10 * 60_000;
/** How long what we counted is trusted: other gateways keep letters too. */
const countedForMs = 60_000;
/** So that a full room is not cleared letter by letter. */
const clearedShare = 0.01;

/**
 * Keeps dead letters in the database.
 *
 * A source and a kind have a room of their own, so that neither what browsers send, under a key that everybody can read, nor a flood of
 * rejects can push out what a server sent or what is in conflict. In a full room the oldest letter gives way, so that what an answer
 * calls rejected is always in the list. Several gateways count for themselves: for a minute they may together keep more.
 */
export class DeadLetterKeeper implements DeadLetters {
  readonly #sql: PostgresClient;
  readonly #limits: DeadLetterLimits;
  readonly #metrics: Pick<Metrics, 'deadLetters' | 'deadLettersDropped'>;
  readonly #rooms = new Map<string, { letters: number; countedAt: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: {
    sql: PostgresClient;
    limits: DeadLetterLimits;
    metrics: Pick<Metrics, 'deadLetters' | 'deadLettersDropped'>;
  }) {
    this.#sql = ports.sql;
    this.#limits = ports.limits;
    this.#metrics = ports.metrics;
  }

  /** Removes what is too old, every ten minutes. */
  start(onFailure: (error: unknown) => void): void {
    this.#timer = setInterval(() => void this.purge().catch(onFailure), purgeEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async purge(now = new Date()): Promise<void> {
    const before = new Date(dayBefore(now.getTime(), this.#limits.retention));
    this.#metrics.deadLettersDropped('retention', await deleteLettersBefore(this.#sql, before));
  }

  async keep(tenantId: string, letters: readonly DeadLetter[]): Promise<void> {
    const rows = onceEach(letters.map(letterRow));
    for (let from = 0; from < rows.length; from += rowsPerInsert)
      await this.#insert(tenantId, rows.slice(from, from + rowsPerInsert));
    for (const { kind, code } of letters) this.#metrics.deadLetters(kind, code, 1);
  }

  async #insert(tenantId: string, rows: readonly LetterRow[]): Promise<void> {
    const hashes = await this.#storedHashes(tenantId, rows);
    const now = new Date();
    const whole = rows.map((row) => ({
      ...row,
      id: uuidv7(now),
      storedHash: hashes.get(row.contentHash) ?? null,
    }));
    for (const room of roomsOf(tenantId, whole)) {
      const own = whole.filter((row) => row.source === room.source && row.kind === room.kind);
      const added = await retrying(() => insertLetters(this.#sql, tenantId, own));
      await this.#makeRoom(room, added);
    }
  }

  /** What the ledger holds under the ids in conflict, by the content of the letter. */
  async #storedHashes(tenantId: string, rows: readonly LetterRow[]): Promise<Map<string, bigint | null>> {
    const places = rows.flatMap(({ contentHash, playerId, source, eventId }) =>
      playerId === null || eventId === null ? [] : [{ contentHash, playerId, source, eventId }],
    );
    const stored = await hashesInLedger(this.#sql, tenantId, places);
    return new Map(places.map(({ contentHash }, at) => [contentHash, stored[at] ?? null]));
  }

  async #makeRoom(room: LetterRoom, added: number): Promise<void> {
    const key = `${room.tenantId}/${room.source}/${room.kind}`;
    const limit = this.#limits[sourceOf(room.source)];
    const known = this.#rooms.get(key);
    const now = Date.now();
    if (known !== undefined && now - known.countedAt < countedForMs && known.letters + added <= limit) {
      known.letters += added;
      return;
    }
    let letters = await countLetters(this.#sql, room);
    if (letters > limit) {
      const excess = letters - limit + Math.floor(limit * clearedShare);
      const dropped = await retrying(() => deleteOldestLetters(this.#sql, room, excess));
      this.#metrics.deadLettersDropped('limit', dropped);
      letters -= dropped;
    }
    this.#rooms.set(key, { letters, countedAt: now });
  }
}

/** What came several times at once is one letter, sorted as `insertLetters` asks. */
function onceEach(rows: readonly LetterRow[]): LetterRow[] {
  const byContent = new Map<string, LetterRow>();
  for (const row of rows) {
    const first = byContent.get(row.contentHash);
    if (first === undefined) byContent.set(row.contentHash, row);
    else byContent.set(row.contentHash, { ...row, receivedAt: first.receivedAt, seen: first.seen + 1 });
  }
  return [...byContent.values()].sort((a, b) => (a.contentHash < b.contentHash ? -1 : 1));
}

function roomsOf(tenantId: string, rows: readonly LetterRow[]): LetterRoom[] {
  const rooms = new Map(
    rows.map(({ source, kind }) => [`${source}/${kind}`, { tenantId, source, kind }] as const),
  );
  return [...rooms.values()];
}
