import type { RetentionPolicy } from '../config/retention-policy.ts';
import { dayBefore, dayMs } from '../config/span.ts';
import type { PostgresClient } from '../db/database.ts';
import { type Clearing, clearChunk, readClearing } from '../db/queries/clearing-days.ts';
import { takeRetentionLock } from '../db/queries/retiring-events.ts';
import { retrying } from '../db/retrying.ts';
import { pause } from './pause.ts';

/**
 * The first day of `player_day` that is kept, the first of a month: so the table is walked once a month, not once a day. A day to spare, for
 * the tenants' time zones.
 */
export function daysKeptFrom({ playerDays }: RetentionPolicy, now: number): string | undefined {
  if (playerDays === undefined) return undefined;
  return `${new Date(dayBefore(now - dayMs, playerDays)).toISOString().slice(0, 7)}-01`;
}

/** @returns whether all that is due is gone; false where another gateway is at it */
export async function clearDays(
  {
    sql,
    cleared,
    chunk = 5000,
  }: { sql: PostgresClient; cleared(rows: number, total: number): void; chunk?: number },
  policy: RetentionPolicy,
  now: number,
  signal: AbortSignal,
): Promise<boolean> {
  const before = daysKeptFrom(policy, now);
  if (before === undefined) return true;
  for (;;) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const step = await retrying(() =>
      sql.begin(async (tx): Promise<{ from: Clearing; to: Clearing } | 'done' | 'busy'> => {
        if (!(await takeRetentionLock(tx))) return 'busy';
        const stored = await readClearing(tx);
        if (stored?.finished && stored.before >= before) return 'done';
        // A walk that began for an earlier day is taken to its end before the next one begins.
        const from =
          stored === undefined || stored.finished
            ? { before, after: null, finished: false, rows: 0 }
            : stored;
        return { from, to: await clearChunk(tx, from, chunk) };
      }),
    );
    if (step === 'busy') return false;
    if (step === 'done') return true;
    cleared(step.to.rows - step.from.rows, step.to.rows);
    // Writers come first: half of the time is theirs alone.
    await pause(performance.now() - startedAt, signal);
  }
}
