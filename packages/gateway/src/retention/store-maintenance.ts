import type { Logger } from 'pino';
import type { RetentionPolicy } from '../config/retention-policy.ts';
import type { PostgresClient } from '../db/database.ts';
import type { Partitions } from '../ingest/partitions.ts';
import type { Metrics } from '../observability/metrics.ts';
import { clearDays } from './clear-days.ts';
import { type RetireProgress, refreshMs, retireEvents } from './retire-events.ts';

export type StoreMaintenancePorts = {
  sql: PostgresClient;
  partitions: Partitions;
  policy: RetentionPolicy;
  metrics: Pick<Metrics, 'retired' | 'retiredPartition'>;
  log: Logger;
  /** See retire-events. */
  settleMs?: number;
};

/** Months are made three ahead and retired with a day to spare: an hour is soon enough. */
const passMs = 3_600_000;

/** Makes the partitions of the coming months and retires what is past the policy. Every gateway may run one. */
export class StoreMaintenance {
  readonly #ports: StoreMaintenancePorts;
  readonly #progress: RetireProgress;
  #timer: NodeJS.Timeout | undefined;
  #ending = new AbortController();
  #pass: Promise<void> = Promise.resolve();

  constructor(ports: StoreMaintenancePorts) {
    this.#ports = ports;
    const { log, metrics } = ports;
    this.#progress = {
      announced: (before, waitMs) =>
        log.info({ before: new Date(before).toISOString(), waitMs }, 'events from before are to be retired'),
      detached: (table) => log.info({ table }, 'a partition is being retired'),
      pruned: (table, ids, total) => {
        metrics.retired('event_ids', ids);
        log.debug({ table, ids, total }, 'ids of retired events were pruned');
      },
      dropped: (table, ids) => {
        metrics.retiredPartition();
        log.info({ table, ids }, 'a partition was retired');
      },
    };
  }

  start(): void {
    this.#again();
    this.#timer = setInterval(() => this.#again(), passMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await this.#pass;
  }

  /** One pass. Throws what went wrong; whatever was left is done by the next one. */
  async run(now: () => number = Date.now): Promise<void> {
    const { sql, partitions, policy, metrics, settleMs } = this.#ports;
    const { signal } = this.#ending;
    await partitions.makeAhead(now());
    await retireEvents(
      { sql, progress: this.#progress, ...(settleMs === undefined ? {} : { settleMs }) },
      policy,
      now,
      signal,
    );
    await clearDays({ sql, cleared: (rows) => metrics.retired('player_day', rows) }, policy, now(), signal);
  }

  #again(): void {
    this.#pass = this.#pass
      .then(() => this.run())
      .catch((error: unknown) => {
        if (this.#ending.signal.aborted) return;
        const name = error instanceof Error ? error.name : 'unknown';
        this.#ports.log.warn({ err: { name } }, 'the store was not looked after; the next pass tries again');
      });
  }
}

/** Keeps a gateway's partitions and horizon at what all gateways did. @returns how to stop */
export function followPartitions(partitions: Partitions, log: Logger): () => void {
  const timer = setInterval(() => {
    partitions.refresh().catch((error: unknown) => {
      log.warn(
        { err: { name: error instanceof Error ? error.name : 'unknown' } },
        'partitions were not looked at',
      );
    });
  }, refreshMs);
  timer.unref();
  return () => clearInterval(timer);
}
