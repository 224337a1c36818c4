import type { DeadLetterChannel, DeadLetterKind } from '../../dead-letters/dead-letter.ts';
import type { LetterRow } from '../../dead-letters/letter-row.ts';
import { plainArray, textArray } from '../array-literal.ts';
import type { PostgresClient } from '../database.ts';
import { decodeCursor } from './cursor.ts';

/** What the list shows: everything but the item itself, which may be large. */
export type LetterSummaryRow = {
  id: string;
  source: number;
  channel: DeadLetterChannel;
  kind: DeadLetterKind;
  code: string;
  errors: string;
  event_id: string | null;
  type: string | null;
  player: string | null;
  truncated: boolean;
  replay: boolean;
  sent_hash: bigint | null;
  stored_hash: bigint | null;
  seen: bigint;
  attempts: number;
  received_at: Date;
  last_seen_at: Date;
  last_attempt_at: Date | null;
};
export type LetterWholeRow = LetterSummaryRow & { raw: string };

export type LetterFilter = {
  kind?: DeadLetterKind | undefined;
  code?: string | undefined;
  type?: string | undefined;
  channel?: DeadLetterChannel | undefined;
  /** Sent at this time or later, the last time. */
  since?: Date | undefined;
};

const summary = (sql: PostgresClient) => sql`
  id, source, channel, kind, code, errors, event_id, type, player, truncated, replay, sent_hash, stored_hash, seen, attempts,
  received_at, last_seen_at, last_attempt_at`;

const matching = (sql: PostgresClient, { kind, code, type, channel, since }: LetterFilter) => sql`
  ${kind === undefined ? sql`` : sql`AND kind = ${kind}`}
  ${code === undefined ? sql`` : sql`AND code = ${code}`}
  ${type === undefined ? sql`` : sql`AND type = ${type}`}
  ${channel === undefined ? sql`` : sql`AND channel = ${channel}`}
  ${since === undefined ? sql`` : sql`AND last_seen_at >= ${since}`}`;

/** The order is that of the ids alone: a cursor's value is empty. */
const noValue = /^$/;

/** Up to `limit + 1` rows after the cursor, newest first. */
export async function listLetters(
  sql: PostgresClient,
  tenantId: string,
  query: LetterFilter & { limit: number; cursor?: string | undefined },
): Promise<LetterSummaryRow[]> {
  const after = decodeCursor(query.cursor, noValue);
  return await sql<LetterSummaryRow[]>`
    SELECT ${summary(sql)} FROM crmbet.dead_letters
    WHERE tenant_id = ${tenantId} ${matching(sql, query)} ${after === undefined ? sql`` : sql`AND id < ${after.id}::uuid`}
    ORDER BY id DESC LIMIT ${query.limit + 1}`;
}

/** Up to `limit + 1` rows after the cursor with what was sent, oldest first. */
export async function listWholeLetters(
  sql: PostgresClient,
  tenantId: string,
  query: LetterFilter & { limit: number; cursor?: string | undefined },
): Promise<LetterWholeRow[]> {
  const after = decodeCursor(query.cursor, noValue);
  return await sql<LetterWholeRow[]>`
    SELECT ${summary(sql)}, raw FROM crmbet.dead_letters
    WHERE tenant_id = ${tenantId} ${matching(sql, query)} ${after === undefined ? sql`` : sql`AND id > ${after.id}::uuid`}
    ORDER BY id LIMIT ${query.limit + 1}`;
}

export async function findLetter(
  sql: PostgresClient,
  tenantId: string,
  id: string,
): Promise<LetterWholeRow | undefined> {
  const [row] = await sql<LetterWholeRow[]>`
    SELECT ${summary(sql)}, raw FROM crmbet.dead_letters WHERE tenant_id = ${tenantId} AND id = ${id}`;
  return row;
}

/**
 * Keeps letters, or counts them up where they are kept already. Returns the ids that are new. Give no content twice, and sort by it:
 * two gateways that keep the same letters then wait for each other instead of locking each other out.
 */
export async function insertLetters(
  sql: PostgresClient,
  tenantId: string,
  rows: readonly (LetterRow & { id: string; storedHash: bigint | null })[],
): Promise<number> {
  const ids = new Set(rows.map((row) => row.id));
  const instants = (dates: Date[]) => plainArray(dates.map((date) => date.toISOString()));
  const returned = await sql<{ id: string }[]>`
    INSERT INTO crmbet.dead_letters AS d (
      tenant_id, id, content_hash, source, channel, kind, code, errors, event_id, type, player, raw, truncated, replay,
      sent_hash, stored_hash, seen, attempts, received_at, last_seen_at)
    SELECT ${tenantId}::uuid, u.i, decode(u.h, 'hex'), u.s, u.c, u.k, u.o, u.x, u.e, u.y, u.p, u.r, u.t, u.a, u.sh, u.th, u.n, 0, u.ra, u.la
    FROM ROWS FROM (
      unnest(${plainArray(rows.map((row) => row.id))}::text::uuid[]),
      unnest(${plainArray(rows.map((row) => row.contentHash))}::text::text[]),
      unnest(${plainArray(rows.map((row) => row.source))}::text::smallint[]),
      unnest(${plainArray(rows.map((row) => row.channel))}::text::text[]),
      unnest(${plainArray(rows.map((row) => row.kind))}::text::text[]),
      unnest(${plainArray(rows.map((row) => row.code))}::text::text[]),
      unnest(${textArray(rows.map((row) => row.errors))}::text::text[]),
      unnest(${textArray(rows.map((row) => row.eventId))}::text::text[]),
      unnest(${textArray(rows.map((row) => row.type))}::text::text[]),
      unnest(${textArray(rows.map((row) => row.player))}::text::text[]),
      unnest(${textArray(rows.map((row) => row.raw))}::text::text[]),
      unnest(${plainArray(rows.map((row) => String(row.truncated)))}::text::boolean[]),
      unnest(${plainArray(rows.map((row) => String(row.replay)))}::text::boolean[]),
      unnest(${plainArray(rows.map((row) => row.sentHash))}::text::bigint[]),
      unnest(${plainArray(rows.map((row) => row.storedHash))}::text::bigint[]),
      unnest(${plainArray(rows.map((row) => row.seen))}::text::bigint[]),
      unnest(${instants(rows.map((row) => row.receivedAt))}::text::timestamptz[]),
      unnest(${instants(rows.map((row) => row.lastSeenAt))}::text::timestamptz[])
    ) AS u (i, h, s, c, k, o, x, e, y, p, r, t, a, sh, th, n, ra, la)
    ON CONFLICT (tenant_id, content_hash) DO UPDATE SET
      seen = d.seen + excluded.seen, last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at),
      errors = excluded.errors, stored_hash = excluded.stored_hash
    RETURNING d.id`;
  return returned.filter(({ id }) => ids.has(id)).length;
}

export type LedgerPlace = { playerId: string; source: number; eventId: string };

/** The hashes that the ledger holds, one a place, in order. */
export async function hashesInLedger(
  sql: PostgresClient,
  tenantId: string,
  places: readonly LedgerPlace[],
): Promise<(bigint | null)[]> {
  if (places.length === 0) return [];
  const keyOf = ({ playerId, source, eventId }: LedgerPlace) => `${playerId}/${source}/${eventId}`;
  const rows = await sql<{ player_id: string; source: number; event_id: string; body_hash: bigint }[]>`
    SELECT i.player_id, i.source, i.event_id, i.body_hash
    FROM unnest(
      ${plainArray(places.map((place) => place.playerId))}::text::uuid[],
      ${plainArray(places.map((place) => place.source))}::text::smallint[],
      ${textArray(places.map((place) => place.eventId))}::text::text[]
    ) AS u (p, s, e)
    JOIN crmbet.event_ids i
      ON i.tenant_id = ${tenantId}::uuid AND i.player_id = u.p AND i.source = u.s AND i.event_id = u.e`;
  const found = new Map(
    rows.map((row) => [
      keyOf({ playerId: row.player_id, source: row.source, eventId: row.event_id }),
      row.body_hash,
    ]),
  );
  return places.map((place) => found.get(keyOf(place)) ?? null);
}

/** Letters of one kind from one source: what one limit is for. */
export type LetterRoom = { tenantId: string; source: number; kind: string };

export async function countLetters(sql: PostgresClient, room: LetterRoom): Promise<number> {
  const [row] = await sql<{ letters: bigint }[]>`
    SELECT count(*) AS letters FROM crmbet.dead_letters
    WHERE tenant_id = ${room.tenantId} AND source = ${room.source} AND kind = ${room.kind}`;
  return Number(row?.letters ?? 0n);
}

/** Removes the letters of a room that were first kept longest ago. */
export async function deleteOldestLetters(
  sql: PostgresClient,
  room: LetterRoom,
  howMany: number,
): Promise<number> {
  const gone = await sql`
    DELETE FROM crmbet.dead_letters WHERE tenant_id = ${room.tenantId} AND id IN (
      SELECT id FROM crmbet.dead_letters
      WHERE tenant_id = ${room.tenantId} AND source = ${room.source} AND kind = ${room.kind}
      ORDER BY id LIMIT ${howMany})`;
  return gone.count;
}

/** Removes what was last sent before a time, of all tenants. */
export async function deleteLettersBefore(sql: PostgresClient, before: Date): Promise<number> {
  const gone = await sql`DELETE FROM crmbet.dead_letters WHERE last_seen_at < ${before}`;
  return gone.count;
}

export async function deleteLetters(
  sql: PostgresClient,
  tenantId: string,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const gone = await sql`
    DELETE FROM crmbet.dead_letters WHERE tenant_id = ${tenantId} AND id = ANY(${plainArray(ids)}::text::uuid[])`;
  return gone.count;
}

/** Notes that letters were sent again and refused for the reason that they had, in whatever words it says so now. */
export async function noteAttempts(
  sql: PostgresClient,
  tenantId: string,
  letters: readonly { id: string; errors: string }[],
  at: Date,
): Promise<void> {
  if (letters.length === 0) return;
  await sql`
    UPDATE crmbet.dead_letters d SET attempts = d.attempts + 1, last_attempt_at = ${at}, errors = u.x
    FROM ROWS FROM (
      unnest(${plainArray(letters.map(({ id }) => id))}::text::uuid[]),
      unnest(${textArray(letters.map(({ errors }) => errors))}::text::text[])
    ) AS u (i, x)
    WHERE d.tenant_id = ${tenantId} AND d.id = u.i`;
}

export type NewReason = {
  id: string;
  contentHash: string;
  kind: DeadLetterKind;
  code: string;
  errors: string;
  sentHash: bigint | null;
  storedHash: bigint | null;
};

/** Gives a letter that was sent again the reason that it has now. Where its content has a letter for that reason, the two are one. */
export async function changeReason(
  sql: PostgresClient,
  tenantId: string,
  to: NewReason,
  at: Date,
): Promise<void> {
  await sql.begin(async (tx) => {
    const twins = await tx<{ seen: bigint }[]>`
      DELETE FROM crmbet.dead_letters
      WHERE tenant_id = ${tenantId} AND content_hash = decode(${to.contentHash}, 'hex') AND id <> ${to.id} RETURNING seen`;
    await tx`
      UPDATE crmbet.dead_letters SET kind = ${to.kind}, code = ${to.code}, errors = ${to.errors},
        content_hash = decode(${to.contentHash}, 'hex'), sent_hash = ${to.sentHash}::bigint, stored_hash = ${to.storedHash}::bigint,
        seen = seen + ${twins[0]?.seen ?? 0n}::bigint, attempts = attempts + 1, last_attempt_at = ${at}
      WHERE tenant_id = ${tenantId} AND id = ${to.id}`;
  });
}
