import type { Database } from '../../db/database.ts';

const patienceMs = 1000;

export class HealthService {
  readonly #db: Database;
  #draining = false;

  constructor(db: Database) {
    this.#db = db;
  }

  /** From now on the gateway says that it is not ready, so that no new traffic comes. */
  drain(): void {
    this.#draining = true;
  }

  async ready(): Promise<{ ready: boolean; reason?: string }> {
    if (this.#draining) return { ready: false, reason: 'stopping' };
    const late = new Promise<false>((resolve) => {
      setTimeout(resolve, patienceMs, false).unref();
    });
    const answered = this.#db.sql`SELECT 1`.then(
      () => true,
      () => false,
    );
    return (await Promise.race([answered, late]))
      ? { ready: true }
      : { ready: false, reason: 'the database does not answer' };
  }
}
