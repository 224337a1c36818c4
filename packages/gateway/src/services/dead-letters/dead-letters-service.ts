import type { Principal } from '../../auth/principal.ts';
import type { PostgresClient } from '../../db/database.ts';
import { toPage } from '../../db/queries/cursor.ts';
import {
  deleteLetters,
  findLetter,
  type LetterFilter,
  type LetterSummaryRow,
  type LetterWholeRow,
  listLetters,
  listWholeLetters,
} from '../../db/queries/dead-letters.ts';
import { CrmbetError, type FieldError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import { sourceOf } from '../../ingest/source.ts';
import { Replay, type ReplayedLetter, type SendKeeping } from './replay.ts';

type ListQuery = Omit<LetterFilter, 'since'> & {
  since?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** Looks at what could not be stored, sends it again, or gives it up. */
export class DeadLettersService {
  readonly #sql: PostgresClient;
  readonly #send: SendKeeping;

  /** @param ports.send takes events as `POST /v1/events` does, and hands what it refuses to the given keeper */
  constructor(ports: { sql: PostgresClient; send: SendKeeping }) {
    this.#sql = ports.sql;
    this.#send = ports.send;
  }

  async list({ tenantId }: Principal, query: ListQuery) {
    const rows = await listLetters(this.#sql, tenantId, withDate(query));
    return toPage(rows, query.limit, keyOf, toSummary);
  }

  async read({ tenantId }: Principal, id: string) {
    return toLetter(await this.#find(tenantId, id));
  }

  /** @param event sent in the letter's place; refused, it leaves the letter's own reason as it is */
  async replay(
    principal: Principal,
    id: string,
    event?: Record<string, unknown> | undefined,
  ): Promise<ReplayedLetter> {
    const row = await this.#find(principal.tenantId, id);
    if (event === undefined && row.truncated) {
      throw new CrmbetError(
        'dead_letter_incomplete',
        'The letter was too large or too deep to be kept whole. Give the event to send in its place.',
      );
    }
    const [result] = await this.#resend(principal, [{ row, correction: event }]);
    return found(result, 'dead letter');
  }

  /** Sends what matches again, oldest first; `nextCursor` goes on behind what was tried. */
  async replayMany(principal: Principal, query: ListQuery) {
    const rows = await listWholeLetters(this.#sql, principal.tenantId, withDate(query));
    const { data, nextCursor } = toPage(rows, query.limit, keyOf, (row) => ({ row, correction: undefined }));
    const results = await this.#resend(principal, data);
    const count = (status: ReplayedLetter['status']) =>
      results.filter((result) => result.status === status).length;
    return {
      accepted: count('accepted'),
      duplicates: count('duplicate'),
      conflicts: count('conflict'),
      rejected: count('rejected'),
      results,
      nextCursor,
    };
  }

  async discard({ tenantId }: Principal, id: string): Promise<void> {
    const gone = await deleteLetters(this.#sql, tenantId, [id]);
    found(gone === 0 ? undefined : gone, 'dead letter');
  }

  async #find(tenantId: string, id: string): Promise<LetterWholeRow> {
    return found(await findLetter(this.#sql, tenantId, id), 'dead letter');
  }

  #resend(
    principal: Principal,
    letters: readonly { row: LetterWholeRow; correction: Record<string, unknown> | undefined }[],
  ): Promise<ReplayedLetter[]> {
    return new Replay({ sql: this.#sql, send: this.#send, principal }).run(letters);
  }
}

const withDate = ({ since, ...query }: ListQuery) => ({
  ...query,
  since: since === undefined ? undefined : new Date(since),
});

const keyOf = (row: LetterSummaryRow): [value: string, id: string] => ['', row.id];

const hex = (hash: bigint | null) =>
  hash === null ? null : BigInt.asUintN(64, hash).toString(16).padStart(16, '0');

function toSummary(row: LetterSummaryRow) {
  return {
    id: row.id,
    kind: row.kind,
    code: row.code,
    // Written by us, as a list of these.
    errors: JSON.parse(row.errors) as FieldError[],
    source: sourceOf(row.source),
    channel: row.channel,
    eventId: row.event_id,
    type: row.type,
    player: row.player,
    replay: row.replay,
    truncated: row.truncated,
    hashes: row.sent_hash === null ? null : { sent: hex(row.sent_hash) ?? '', stored: hex(row.stored_hash) },
    seen: Number(row.seen),
    attempts: row.attempts,
    receivedAt: row.received_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
  };
}

const toLetter = (row: LetterWholeRow) => ({
  ...toSummary(row),
  event: row.truncated ? row.raw : (JSON.parse(row.raw) as unknown),
});
