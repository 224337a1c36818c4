import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { textArray } from '../db/array-literal.ts';
import type { PostgresClient } from '../db/database.ts';

/** Of a process: `api` answers requests, `worker` does what is done in the background, `all` does both. */
export type Role = 'api' | 'worker' | 'all';

/** How often a process says that it lives. */
const beatMs = 5000;
/** After so long without a word it is taken for dead. Clocks of machines have to agree within some seconds. */
const silentMs = 20_000;

/** The row by which the other processes know this one: that it lives, and whose live streams are open on it. */
export class Presence {
  readonly id: string;
  readonly #role: Role;
  readonly #sql: PostgresClient;
  readonly #log: Logger;
  readonly #listensTo = new Set<string>();
  #beat: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(ports: { id: string; role: Role; sql: PostgresClient; log: Logger }) {
    this.id = ports.id;
    this.#role = ports.role;
    this.#sql = ports.sql;
    this.#log = ports.log;
  }

  async start(): Promise<void> {
    await this.#write();
    this.#beat = setInterval(() => {
      this.#save().catch((error: unknown) =>
        this.#log.warn({ err: { name: nameOf(error) } }, 'the row of this process was not written'),
      );
    }, beatMs);
    this.#beat.unref();
  }

  /** Resolves when every other process that looks from then on sees that a stream of this tenant is open here, however long it takes. */
  async listenTo(tenantId: string): Promise<void> {
    this.#listensTo.add(tenantId);
    while (this.#listensTo.has(tenantId)) {
      try {
        return await this.#save();
      } catch {
        await sleep(1000, undefined, { ref: false });
      }
    }
  }

  /** Said with the next beat: to hear for a while longer costs little. */
  forget(tenantId: string): void {
    this.#listensTo.delete(tenantId);
  }

  /** Tenants whose streams are open on other processes. */
  async listenedTo(now = Date.now()): Promise<Set<string>> {
    const rows = await this.#sql<{ listens_to: string[] }[]>`
      SELECT listens_to FROM crmbet.gateways
      WHERE id <> ${this.id} AND seen_at > ${new Date(now - silentMs)} AND listens_to <> '{}'`;
    return new Set(rows.flatMap((row) => row.listens_to));
  }

  /** Removes the rows of processes that ended without a word, and says whether there were any. One caller is told of each. */
  async buryTheDead(now = Date.now()): Promise<boolean> {
    const gone = await this.#sql`
      DELETE FROM crmbet.gateways WHERE id <> ${this.id} AND seen_at < ${new Date(now - silentMs)} RETURNING id`;
    return gone.length > 0;
  }

  /** The good-bye. To be said when nothing is left that another process would have to do for this one. */
  async stop(): Promise<void> {
    clearInterval(this.#beat);
    await this.#writing.catch(() => {});
    await this.#sql`DELETE FROM crmbet.gateways WHERE id = ${this.id}`.catch(() => {});
  }

  /** A write that begins after this call; who calls while one waits to begin shares it. */
  #save(): Promise<void> {
    this.#next ??= this.#writing
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        this.#writing = this.#write();
        return this.#writing;
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const tenants = textArray([...this.#listensTo]);
    await this.#sql`
      INSERT INTO crmbet.gateways (id, role, listens_to, seen_at)
      VALUES (${this.id}, ${this.#role}, ${tenants}::text::uuid[], ${new Date()})
      ON CONFLICT (id) DO UPDATE SET listens_to = excluded.listens_to, seen_at = excluded.seen_at`;
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown');
