import type { TransactionSql } from 'postgres';
import type { RetentionPolicy } from '../config/retention-policy.ts';
import { dayBefore, dayMs } from '../config/span.ts';
import { advisoryLocks } from '../db/advisory-locks.ts';
import type { PostgresClient } from '../db/database.ts';
import { isRetryable } from '../db/failures.ts';
import { listPartitions, type PartitionRow } from '../db/queries/partitions.ts';
import { raiseRetiredBefore, readRetiredBefore } from '../db/queries/retired-before.ts';
import {
  detachPartition,
  dropRetired,
  isRetiring,
  pruneChunk,
  type Retiring,
  readRetiring,
  takeRetentionLock,
} from '../db/queries/retiring-events.ts';
import { retrying } from '../db/retrying.ts';
import { pause } from './pause.ts';

/** What a pass tells as it goes. */
export type RetireProgress = {
  /** Every gateway has to hear of it before anything goes. */
  announced(before: number, waitMs: number): void;
  detached(table: string): void;
  /** Ids of this chunk, and of the partition so far. */
  pruned(table: string, ids: number, total: number): void;
  dropped(table: string, ids: number): void;
};

export type RetireOptions = {
  sql: PostgresClient;
  progress: RetireProgress;
  /** How long every gateway may take to learn what was announced: twice the time between two looks. */
  settleMs?: number;
  /** Events whose ids are pruned in one transaction: some tens of ms. */
  chunk?: number;
};

/** Looked at by each gateway this often. */
export const refreshMs = 10_000;

/** A writer's transaction takes some tens of ms, an import's longer: after this many tries the next pass has to do. */
const detachAttempts = 30;

/**
 * The partitions whose last event is past the policy, the earliest first; with a day to spare, for clocks that differ. All they can hold
 * lies before the horizon, which is no longer than the policy.
 */
export function duePartitions<T extends Pick<PartitionRow, 'table' | 'to'>>(
  partitions: readonly T[],
  { events }: RetentionPolicy,
  now: number,
): T[] {
  if (events === undefined) return [];
  const keptFrom = dayBefore(now - dayMs, events);
  return partitions.filter(({ table, to }) => to <= keptFrom && /^events_\d{4}(_\d{2})?$/.test(table));
}

/**
 * Retires the events that are past the policy, with their ids. In this order, so that no moment and no death in between lets
 * an id be forgotten whose event could still come:
 *
 * 1. It is announced, for good, that events from before an instant are refused; and waited until every gateway has heard.
 * 2. The partition is detached: from now on its events have no place, so none of them can be stored a second time.
 * 3. Only then its ids are pruned, chunk by chunk, and it is dropped.
 *
 * Several gateways may run this at once; each step is done by one of them.
 *
 * @returns whether all that is due is gone; false where another gateway is at it, or the table was never free for a moment
 */
export async function retireEvents(
  { sql, progress, settleMs = 2 * refreshMs, chunk = 5000 }: RetireOptions,
  policy: RetentionPolicy,
  now: () => number,
  signal: AbortSignal,
): Promise<boolean> {
  // What somebody else left half done is finished first, whatever our own policy says.
  if (!(await finish({ sql, progress, chunk }, signal))) return false;
  const due = duePartitions(await listPartitions(sql), policy, now());
  const before = due.at(-1)?.to;
  if (before === undefined) return true;
  await announce({ sql, progress, settleMs }, before, now, signal);
  for (const { table } of due) {
    if (!(await detach(sql, table, signal))) return false;
    progress.detached(table);
    if (!(await finish({ sql, progress, chunk }, signal))) return false;
  }
  return true;
}

async function announce(
  { sql, progress, settleMs }: Required<Pick<RetireOptions, 'sql' | 'progress' | 'settleMs'>>,
  before: number,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  const announced = await sql.begin(async (tx) => {
    // Whoever is making a partition of that time is done before, or sees this.
    await tx`SELECT pg_advisory_xact_lock(${advisoryLocks.partitions})`;
    await raiseRetiredBefore(tx, { before, announcedAt: now() });
    return await readRetiredBefore(tx);
  });
  const left = (announced?.announcedAt ?? now()) + settleMs - now();
  const waitMs = Math.min(Math.max(left, 0), settleMs);
  progress.announced(before, waitMs);
  await pause(waitMs, signal);
}

/** One step: a transaction that only one gateway at a time may be in. Undefined where another is. */
const step = <T>(sql: PostgresClient, run: (tx: TransactionSql<{ bigint: bigint }>) => Promise<T>) =>
  sql.begin(async (tx) => ((await takeRetentionLock(tx)) ? { done: await run(tx) } : undefined));

/** False where another gateway is at it, or where the table was never free for a moment. */
async function detach(sql: PostgresClient, table: string, signal: AbortSignal): Promise<boolean> {
  for (let attempt = 1; attempt <= detachAttempts; attempt += 1) {
    signal.throwIfAborted();
    try {
      const stepped = await step(sql, async (tx) => {
        if ((await readRetiring(tx)) !== undefined) return false;
        await detachPartition(tx, table);
        return true;
      });
      return stepped?.done === true;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      // Those who queued behind us go first, and are in nobody's way most of the time.
      await pause(300 + Math.random() * 700, signal);
    }
  }
  return false;
}

/** Takes the partition that is on its way out to its end. */
async function finish(
  { sql, progress, chunk }: Required<Pick<RetireOptions, 'sql' | 'progress' | 'chunk'>>,
  signal: AbortSignal,
): Promise<boolean> {
  // Mostly there is none, and then nobody needs a lock to see it.
  while (await isRetiring(sql)) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const stepped = await retrying(() =>
      step(sql, async (tx): Promise<{ from: Retiring; to: Retiring | 'dropped' } | 'none'> => {
        const from = await readRetiring(tx);
        if (from === undefined) return 'none';
        if (!from.pruned) return { from, to: await pruneChunk(tx, from, chunk) };
        await dropRetired(tx, from);
        return { from, to: 'dropped' };
      }),
    );
    if (stepped === undefined) return false;
    if (stepped.done === 'none') return true;
    const { from, to } = stepped.done;
    if (to === 'dropped') {
      progress.dropped(from.table, from.ids);
      return true;
    }
    progress.pruned(from.table, to.ids - from.ids, to.ids);
    // Writers come first: half of the time is theirs alone.
    await pause(performance.now() - startedAt, signal);
  }
  return true;
}
