import type { Logger } from 'pino';
import postgres from 'postgres';

/** How often a process that stands by looks whether the duty is free, and one that has it whether it still has it. */
const lookMs = 1000;

/**
 * A duty that one process at a time has, over all machines: an advisory lock of a session of its own. When the process or its
 * connection ends, however it ends, the database frees the lock, and another takes it within about a second.
 */
export class Duty {
  readonly #client: postgres.Sql;
  readonly #key: number;
  readonly #onTaken: () => void;
  readonly #log: Logger;
  /** The session that holds the lock, by the process id of its server. */
  #session: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  /**
   * @param ports.url of the database itself: a pooler between would share sessions
   * @param ports.onTaken whoever had the duty before may have left something undone
   */
  constructor(ports: { url: string; key: number; onTaken(): void; log: Logger }) {
    this.#client = postgres(ports.url, {
      max: 1,
      max_lifetime: null,
      fetch_types: false,
      onnotice: () => {},
      backoff: () => 1,
      connection: { application_name: 'crmbet duty' },
    });
    this.#key = ports.key;
    this.#onTaken = ports.onTaken;
    this.#log = ports.log;
  }

  get isMine(): boolean {
    return this.#session !== undefined;
  }

  /** Resolves when it is known whether the duty is free for us. */
  async start(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, lookMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    this.#session = undefined;
    await this.#client.end({ timeout: 1 });
  }

  async #look(): Promise<void> {
    try {
      const [row] = await this.#client<{ session: number }[]>`SELECT pg_backend_pid() AS session`;
      if (this.#session !== undefined && row?.session === this.#session) return;
      // A lock goes with its session: on another one it has to be taken anew.
      this.#session = undefined;
      const [lock] = await this.#client<{ session: number; taken: boolean }[]>`
        SELECT pg_backend_pid() AS session, pg_try_advisory_lock(${this.#key}::bigint) AS taken`;
      if (lock?.taken !== true) return;
      this.#session = lock.session;
      this.#onTaken();
    } catch (error) {
      this.#session = undefined;
      this.#log.debug({ err: error }, 'a duty could not be looked after');
    }
  }
}
