import type { PostgresClient } from '../db/database.ts';

/** Makes the partitions of `events` that a batch needs, once each. */
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
      const partition = partitionOf(at);
      if (!this.#made.has(partition)) missing.add(partition);
    }
    for (const partition of [...missing].sort()) await this.#make(partition);
  }

  async #make(partition: string): Promise<void> {
    const [from, to] = boundsOf(partition).map((ms) => new Date(ms).toISOString());
    // Names and bounds come from a number of ours, never from a caller's text.
    await this.#sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(7263412002)`;
      await tx.unsafe(
        `CREATE TABLE IF NOT EXISTS crmbet.events_${partition} PARTITION OF crmbet.events FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    });
    this.#made.add(partition);
  }
}

/** Betting moved to the internet long before: what an import brings from then is little, and a year of it one partition. */
const firstMonthlyYear = 2020;

/** The partition an instant falls in: a month, as in 2026_05, or before 2020 a year, as in 2019. */
export function partitionOf(ms: number): string {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return year < firstMonthlyYear ? `${year}` : `${year}_${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

/** Its first instant and the first one after it, in milliseconds since 1970. */
export function boundsOf(partition: string): [number, number] {
  const [year = 0, month] = partition.split('_').map(Number);
  return month === undefined
    ? [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)]
    : [Date.UTC(year, month - 1, 1), Date.UTC(year, month, 1)];
}
