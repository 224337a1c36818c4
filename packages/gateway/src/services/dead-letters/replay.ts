import type { Principal } from '../../auth/principal.ts';
import type { PostgresClient } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/failures.ts';
import {
  changeReason,
  deleteLetters,
  hashesInLedger,
  type LetterWholeRow,
  noteAttempts,
} from '../../db/queries/dead-letters.ts';
import { retrying } from '../../db/retrying.ts';
import type { DeadLetter, DeadLetters } from '../../dead-letters/dead-letter.ts';
import { contentHash, errorsText } from '../../dead-letters/letter-row.ts';
import type { FieldError } from '../../errors/crmbet-error.ts';
import { sourceOf } from '../../ingest/source.ts';
import type { SendEventsResult } from '../events/events-service.ts';

export type ReplayedLetter = {
  /** Of the letter. */
  id: string;
  eventId: string | null;
  status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  code?: string;
  errors?: FieldError[];
};

/** Takes events in as any caller's, and hands to the keeper what it could not store. */
export type SendKeeping = (
  principal: Principal,
  body: { events: unknown[]; replay: boolean },
  keeper: DeadLetters,
) => Promise<SendEventsResult>;

type Wish = { row: LetterWholeRow; correction: Record<string, unknown> | undefined };
type Outcome = Wish & { result: ReplayedLetter };
type Conflict = Extract<DeadLetter, { kind: 'conflict' }>;

/** As `POST /v1/events` bounds a batch. */
const maxBatch = 1000;

/**
 * One sending again of some letters. First the events commit, then the letters of those that are stored go: a gateway that dies in
 * between leaves letters whose events will be duplicates.
 */
export class Replay {
  readonly #sql: PostgresClient;
  readonly #send: SendKeeping;
  readonly #principal: Principal;
  /** What was in conflict, by the item as JSON. */
  readonly #conflicts = new Map<string, Conflict>();

  constructor(ports: { sql: PostgresClient; send: SendKeeping; principal: Principal }) {
    this.#sql = ports.sql;
    this.#send = ports.send;
    this.#principal = ports.principal;
  }

  /** One result a letter, in order. */
  async run(wishes: readonly Wish[]): Promise<ReplayedLetter[]> {
    const results = new Map<string, ReplayedLetter>();
    for (const batch of batchesOf(wishes)) {
      const outcomes = await this.#sendAgain(batch);
      await this.#settle(outcomes);
      for (const { result } of outcomes) results.set(result.id, result);
    }
    return wishes.map(({ row }) => results.get(row.id) ?? incomplete(row));
  }

  async #sendAgain(batch: readonly Wish[]): Promise<Outcome[]> {
    const [first] = batch;
    if (first === undefined) return [];
    const { results } = await this.#send(
      asSource(this.#principal, first.row.source),
      {
        events: batch.map(({ row, correction }) => correction ?? JSON.parse(row.raw)),
        replay: first.row.replay,
      },
      { keep: async (_, letters) => this.#note(letters) },
    );
    return batch.map((wish, at) => {
      const { index: _, id: eventId, ...outcome } = results[at] ?? noAnswer();
      return { ...wish, result: { id: wish.row.id, eventId, ...outcome } };
    });
  }

  #note(letters: readonly DeadLetter[]): void {
    for (const letter of letters)
      if (letter.kind === 'conflict') this.#conflicts.set(JSON.stringify(letter.raw), letter);
  }

  async #settle(outcomes: readonly Outcome[]): Promise<void> {
    const { tenantId } = this.#principal;
    const now = new Date();
    const stored = outcomes.filter(({ result }) => isStored(result));
    const refused = outcomes.filter(({ result }) => !isStored(result));
    await deleteLetters(
      this.#sql,
      tenantId,
      stored.map(({ row }) => row.id),
    );
    await retrying(() =>
      noteAttempts(
        this.#sql,
        tenantId,
        refused
          .filter((outcome) => !hasNewReason(outcome))
          .map(({ row, correction, result }) => ({
            id: row.id,
            errors: correction === undefined ? errorsText(result.errors ?? []) : row.errors,
          })),
        now,
      ),
    );
    for (const outcome of refused.filter(hasNewReason)) await this.#changeReason(outcome, now);
  }

  async #changeReason({ row, result }: Outcome, now: Date): Promise<void> {
    const { tenantId } = this.#principal;
    const kind = result.status === 'conflict' ? 'conflict' : 'rejected';
    const code = result.code ?? row.code;
    const conflict = kind === 'conflict' ? this.#conflicts.get(row.raw) : undefined;
    const [storedHash = null] =
      conflict === undefined || result.eventId === null
        ? []
        : await hashesInLedger(this.#sql, tenantId, [
            { playerId: conflict.playerId, source: row.source, eventId: result.eventId },
          ]);
    const reason = {
      id: row.id,
      contentHash: contentHash({ kind, code, source: row.source, replay: row.replay, whole: row.raw }),
      kind,
      code,
      errors: errorsText(result.errors ?? []),
      sentHash: conflict?.hash ?? null,
      storedHash,
    } as const;
    await twice(() => retrying(() => changeReason(this.#sql, tenantId, reason, now)));
  }
}

const noAnswer = (): never => {
  throw new Error('a batch was answered with fewer results than it had events');
};

const isStored = ({ status }: ReplayedLetter) => status === 'accepted' || status === 'duplicate';

/** The reason of a correction is not that of the letter, which still holds what was sent first. */
const hasNewReason = ({ row, correction, result }: Outcome) =>
  correction === undefined &&
  (result.code !== row.code || (result.status === 'conflict') !== (row.kind === 'conflict'));

/** Its twin may be kept by somebody between the look for it and the change. */
async function twice(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await change();
  }
}

/** Who asks sends in the place of the first sender: a browser's event stays in the browsers' space of ids, with their limits. */
const asSource = (principal: Principal, source: number): Principal => ({
  ...principal,
  kind: sourceOf(source) === 'server' ? 'secret' : 'publishable',
});

/** What can be sent, by who reported it and whether it is history, as one batch is the one or the other. */
function batchesOf(wishes: readonly Wish[]): Wish[][] {
  const groups = new Map<string, Wish[]>();
  for (const wish of wishes) {
    if (wish.row.truncated && wish.correction === undefined) continue;
    const key = `${wish.row.source}/${wish.row.replay}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [wish]);
    else group.push(wish);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / maxBatch) }, (_, at) =>
      group.slice(at * maxBatch, (at + 1) * maxBatch),
    ),
  );
}

const incomplete = (row: LetterWholeRow): ReplayedLetter => ({
  id: row.id,
  eventId: row.event_id,
  status: 'rejected',
  code: 'dead_letter_incomplete',
  errors: [],
});
