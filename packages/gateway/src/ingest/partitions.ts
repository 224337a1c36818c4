import type { PostgresClient } from '../db/database.ts';

/** Makes the monthly partitions of `events` that a batch needs, once each. */
export class Partitions {
  readonly #sql: PostgresClient;
  readonly #made = new Set<string>();

  constructor(sql: PostgresClient) {
    this.#sql = sql;
  }

  /** Call before the transaction that writes: making a partition locks the parent, and must not wait behind a batch. */
  async ensure(times: Iterable<number>): Promise<void> {
    const missing = new Set<string>();
    for (const at of times) {
      const month = monthOf(at);
      if (!this.#made.has(month)) missing.add(month);
    }
    for (const month of [...missing].sort()) await this.#make(month);
  }

  async #make(month: string): Promise<void> {
    const [from, to] = boundsOf(month);
    // Names and bounds come from a number of ours, never from a caller's text.
    await this.#sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(7263412002)`;
      await tx.unsafe(
        `CREATE TABLE IF NOT EXISTS crmbet.events_${month} PARTITION OF crmbet.events FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    });
    this.#made.add(month);
  }
}

/** 2026_05 */
function monthOf(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCFullYear()}_${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

function boundsOf(month: string): [string, string] {
  const [year = 0, index = 0] = month.split('_').map(Number);
  const first = (y: number, m: number) => new Date(Date.UTC(y, m, 1)).toISOString();
  return [first(year, index - 1), first(year, index)];
}
