import { createHash, randomUUID } from 'node:crypto';
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/database.ts';
import { idempotencyKeys } from '../../db/schema/index.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';

const keptMs = 24 * 3_600_000;
/** A first request that died without an answer blocks its key no longer than this. */
const abandonedMs = 60_000;
const purgeEveryMs = 10 * 60_000;

/** The body is kept to the letter. */
export type KeptAnswer = { status: number; body: string };
export type Claim =
  | { replay: KeptAnswer }
  | { replay: undefined; keep(answer: KeptAnswer): Promise<void>; release(): Promise<void> };

/**
 * Replays the first answer to a POST for a day, to the caller who sent it.
 *
 * What a request does and the keeping of its answer are two transactions. A gateway that dies between them leaves the key claimed: for
 * a minute it is answered `idempotency_in_progress`, and after that the request is done again. So what is created this way has a
 * name of its own besides, and the second doing ends in `name_taken` and not in a second thing.
 */
export class IdempotencyService {
  readonly #db: Database;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Forgets what is older than a day, every ten minutes. */
  start(onFailure: (error: unknown) => void): void {
    this.#timer = setInterval(() => void this.purge().catch(onFailure), purgeEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async purge(now = new Date()): Promise<void> {
    await this.#db.orm
      .delete(idempotencyKeys)
      .where(lt(idempotencyKeys.createdAt, new Date(now.getTime() - keptMs)));
  }

  async claim(
    { tenantId, subject }: Pick<Principal, 'tenantId' | 'subject'>,
    key: string,
    request: { method: string; path: string; body: string },
  ): Promise<Claim> {
    const { orm } = this.#db;
    const requestHash = new Uint8Array(
      createHash('sha256')
        .update(JSON.stringify([request.method, request.path, request.body]))
        .digest(),
    );
    const claim = randomUUID();
    const now = new Date();
    const row = and(
      eq(idempotencyKeys.tenantId, tenantId),
      eq(idempotencyKeys.subject, subject),
      eq(idempotencyKeys.key, key),
    );
    const claimed = await orm
      .insert(idempotencyKeys)
      .values({ tenantId, subject, key, claim, requestHash, createdAt: now })
      .onConflictDoNothing()
      .returning({ claim: idempotencyKeys.claim });
    if (claimed.length > 0) return this.#held(row, claim);

    const before = (ms: number) => lt(idempotencyKeys.createdAt, new Date(now.getTime() - ms));
    const abandoned = and(
      before(abandonedMs),
      isNull(idempotencyKeys.status),
      eq(idempotencyKeys.requestHash, requestHash),
    );
    const takenOver = await orm
      .update(idempotencyKeys)
      .set({ claim, requestHash, status: null, body: null, createdAt: now })
      .where(and(row, or(before(keptMs), abandoned)))
      .returning({ claim: idempotencyKeys.claim });
    if (takenOver.length > 0) return this.#held(row, claim);

    const [first] = await orm.select().from(idempotencyKeys).where(row);
    if (first !== undefined && !Buffer.from(first.requestHash).equals(requestHash)) {
      throw new CrmbetError(
        'idempotency_key_reused',
        'The key was used for another request. Use a new key for a new request.',
      );
    }
    if (first !== undefined && first.status !== null && first.body !== null) {
      return { replay: { status: first.status, body: first.body } };
    }
    // Still running, or let go of while we looked: either way the caller comes back.
    throw new CrmbetError(
      'idempotency_in_progress',
      'The first request with this key has not been answered yet.',
      { retryAfter: 1 },
    );
  }

  /** Only who holds the claim may keep an answer or let go: it may have been taken over meanwhile. */
  #held(row: ReturnType<typeof and>, claim: string): Claim {
    const mine = and(row, eq(idempotencyKeys.claim, claim));
    return {
      replay: undefined,
      keep: async ({ status, body }) => {
        await this.#db.orm.update(idempotencyKeys).set({ status, body }).where(mine);
      },
      release: async () => {
        await this.#db.orm.delete(idempotencyKeys).where(mine);
      },
    };
  }
}
