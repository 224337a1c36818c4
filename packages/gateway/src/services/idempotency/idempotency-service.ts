import { createHash } from 'node:crypto';
import { and, eq, lt } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { idempotencyKeys } from '../../db/schema/index.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';

const keptMs = 24 * 3_600_000;
/** A first request that died without an answer blocks its key no longer than this. */
const abandonedMs = 60_000;

export type KeptAnswer = { status: number; body: unknown };
export type Claim =
  | { replay: KeptAnswer }
  | { replay: undefined; keep(answer: KeptAnswer): Promise<void>; release(): Promise<void> };

/** Replays the first answer to a POST for a day. */
export class IdempotencyService {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async claim(
    tenantId: string,
    key: string,
    request: { method: string; path: string; body: string },
  ): Promise<Claim> {
    const { orm } = this.#db;
    const requestHash = new Uint8Array(
      createHash('sha256')
        .update(JSON.stringify([request.method, request.path, request.body]))
        .digest(),
    );
    const mine = and(eq(idempotencyKeys.tenantId, tenantId), eq(idempotencyKeys.key, key));
    await orm
      .delete(idempotencyKeys)
      .where(and(mine, lt(idempotencyKeys.createdAt, new Date(Date.now() - keptMs))));
    const [claimed] = await orm
      .insert(idempotencyKeys)
      .values({ tenantId, key, requestHash, createdAt: new Date() })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key });
    const release = async () => {
      await orm.delete(idempotencyKeys).where(mine);
    };
    if (claimed !== undefined) {
      return {
        replay: undefined,
        release,
        keep: async ({ status, body }) => {
          await orm.update(idempotencyKeys).set({ status, body }).where(mine);
        },
      };
    }
    const [first] = await orm.select().from(idempotencyKeys).where(mine);
    if (first === undefined) return await this.claim(tenantId, key, request);
    if (!Buffer.from(first.requestHash).equals(requestHash)) {
      throw new CrmbetError(
        'idempotency_key_reused',
        'The key was used for another request. Use a new key for a new request.',
      );
    }
    if (first.status !== null) return { replay: { status: first.status, body: first.body } };
    if (first.createdAt.getTime() > Date.now() - abandonedMs) {
      throw new CrmbetError(
        'idempotency_in_progress',
        'The first request with this key has not been answered yet.',
        { retryAfter: 1 },
      );
    }
    await release();
    return await this.claim(tenantId, key, request);
  }
}
