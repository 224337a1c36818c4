import { advisoryLocks } from '../db/advisory-locks.ts';
import type { PostgresClient } from '../db/database.ts';
import { isCheckViolation } from '../db/failures.ts';
import { attachedRanges } from '../db/queries/partitions.ts';
import { readRetiredBefore } from '../db/queries/retired-before.ts';
import { retrying } from '../db/retrying.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { TimeRanges } from './time-ranges.ts';

/** Somebody who wants to know up to when events were retired: the horizon. */
export type RetiredListener = { raise(retiredBefore: number): void };

/** Months that are made before anybody needs them, besides the one of today. */
const monthsAhead = 3;

/**
 * The partitions of `events` as this gateway knows them: it makes those that are missing, and never again one whose time was
 * retired. That a time without a partition cannot be stored is the last wall of "counted once": whoever forgets an
 * id has taken the partition of its event away before.
 */
export class Partitions {
  readonly #sql: PostgresClient;
  readonly #listener: RetiredListener;
  #covered = new TimeRanges();

  constructor(sql: PostgresClient, listener: RetiredListener = { raise: () => {} }) {
    this.#sql = sql;
    this.#listener = listener;
  }

  /** Whether all of the time from one instant to another, both included, has partitions. */
  covers(first: number, last: number): boolean {
    return this.#covered.covers(first, last);
  }

  /**
   * Call before the transaction that writes: making a partition must not wait behind a batch. Costs a comparison an event
   * where everything is there.
   */
  async ensure(times: Iterable<number>): Promise<void> {
    let missing: Set<string> | undefined;
    for (const at of times) {
      if (!this.#covered.covers(at, at)) {
        missing ??= new Set();
        missing.add(partitionOf(at));
      }
    }
    if (missing !== undefined) for (const partition of [...missing].sort()) await this.#make(partition);
  }

  /** Makes the partitions of now and of the coming months. Any number of gateways may, at once and again. */
  async makeAhead(now: number): Promise<void> {
    await this.refresh();
    const date = new Date(now);
    const months = Array.from({ length: monthsAhead + 1 }, (_, ahead) =>
      Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1),
    );
    await this.ensure(months);
  }

  /** Learns what other gateways made and retired. */
  async refresh(): Promise<void> {
    const retired = await readRetiredBefore(this.#sql);
    if (retired !== undefined) this.#listener.raise(retired.before);
    this.#covered = new TimeRanges(await attachedRanges(this.#sql));
  }

  /**
   * Runs a write of events of these times. When a partition went while they were on their way it is made, or, when its time was
   * retired, the caller is told to send again: then the horizon answers for each event.
   */
  async writing<T>(times: () => Iterable<number>, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isCheckViolation(error)) throw error;
      await this.refresh();
      const missing = [...times()].filter((at) => !this.covers(at, at));
      if (missing.length === 0) throw error;
      await this.ensure(missing);
      return await write();
    }
  }

  async #make(partition: string): Promise<void> {
    const [from, to] = boundsOf(partition);
    await retrying(() => this.#attach(partition, from, to), 8);
    this.#covered = this.#covered.with(from, to);
  }

  /**
   * A table of its own, then attached: unlike CREATE TABLE … PARTITION OF, which locks out everybody, ATTACH lets writers and readers
   * of the other partitions go on. What it still waits for (VACUUM, another DDL) it does not wait for long.
   */
  async #attach(partition: string, from: number, to: number): Promise<void> {
    // Names and bounds come from a number of ours, never from a caller's text.
    const table = `events_${partition}`;
    const iso = (ms: number) => new Date(ms).toISOString();
    await this.#sql.begin(async (tx) => {
      await tx.unsafe("SET LOCAL lock_timeout = '2s'");
      await tx.unsafe("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'");
      await tx`SELECT pg_advisory_xact_lock(${advisoryLocks.partitions})`;
      const retired = await readRetiredBefore(tx);
      if (retired !== undefined && from < retired.before) {
        this.#listener.raise(retired.before);
        throw new CrmbetError(
          'store_unavailable',
          'Events of that time were retired while these were on their way. Send them again: each will be answered for.',
          { retryAfter: 1 },
        );
      }
      const there = await tx`
        SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'crmbet.events'::regclass AND c.relname = ${table}`;
      if (there.length > 0) return;
      await tx.unsafe(`CREATE TABLE crmbet.${table} (LIKE crmbet.events INCLUDING ALL EXCLUDING INDEXES)`);
      await tx.unsafe(
        `ALTER TABLE crmbet.events ATTACH PARTITION crmbet.${table} FOR VALUES FROM ('${iso(from)}') TO ('${iso(to)}')`,
      );
    });
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
