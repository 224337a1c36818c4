import { plainColumn, textColumn } from '../db/array-literal.ts';
import { columnsOf, maskOfCounts, statementsBy } from './column-groups.ts';
import type { FoldedPlayer } from './fold-batch.ts';
import type { DayCounts } from './player-delta.ts';
import { allOf, execute, type Tx } from './transaction.ts';

type DayRow = DayCounts & { playerId: string };

/** Fewer rows than this are not worth a statement of their own. */
const minRows = 50;

/**
 * Adds to the sums of each player's days. Rows that change the same groups of columns go together: most rows are of one kind of event,
 * and to add nothing to twenty columns costs a third of the write. Players are locked by then, by their state, so the order of these
 * rows is free.
 */
export async function upsertDays(tx: Tx, tenantId: string, players: readonly FoldedPlayer[]): Promise<void> {
  const byMask = new Map<number, DayRow[]>();
  for (const { playerId, delta } of players) {
    for (const { day, currency, counts } of delta.days) {
      const mask = maskOfCounts(counts);
      const rows = byMask.get(mask);
      if (rows === undefined) byMask.set(mask, [{ playerId, day, currency, counts }]);
      else rows.push({ playerId, day, currency, counts });
    }
  }
  await allOf(merged(byMask).map(([mask, rows]) => upsertRows(tx, tenantId, mask, rows)));
}

/** The few rows of rare kinds in one statement that names the columns of them all. */
function merged(byMask: ReadonlyMap<number, DayRow[]>): [number, DayRow[]][] {
  const groups: [number, DayRow[]][] = [];
  const rest: DayRow[] = [];
  let maskOfRest = 0;
  for (const [mask, rows] of byMask) {
    if (rows.length >= minRows) groups.push([mask, rows]);
    else {
      rest.push(...rows);
      maskOfRest |= mask;
    }
  }
  if (rest.length > 0) groups.push([maskOfRest, rest]);
  return groups;
}

async function upsertRows(tx: Tx, tenantId: string, mask: number, rows: readonly DayRow[]): Promise<void> {
  await execute(tx, dayUpsert(mask), [
    tenantId,
    plainColumn(rows, (row) => row.playerId),
    plainColumn(rows, (row) => row.day),
    textColumn(rows, (row) => row.currency),
    ...columnsOf(mask).counters.map((name) => plainColumn(rows, (row) => row.counts[name])),
  ]);
}

export const dayUpsert = statementsBy(
  ({ counters }) => `
  INSERT INTO crmbet.player_day (tenant_id, player_id, day, currency, ${counters.join(', ')})
  SELECT $1::uuid, ($2::uuid[])[u.i], ($3::date[])[u.i], u.currency,
    ${counters.map((_, index) => `($${5 + index}::bigint[])[u.i]`).join(', ')}
  FROM unnest($4::text[]) WITH ORDINALITY AS u (currency, i)
  ON CONFLICT (tenant_id, player_id, day, currency) DO UPDATE SET
    ${counters.map((name) => `${name} = player_day.${name} + excluded.${name}`).join(', ')}`,
);
