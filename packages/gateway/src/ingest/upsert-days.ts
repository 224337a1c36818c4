import { plainColumn, textColumn } from '../db/array-literal.ts';
import { type ColumnSet, columnsOf } from './column-groups.ts';
import type { FoldedPlayer } from './fold-batch.ts';
import type { DayCounts } from './player-delta.ts';
import { execute, type Tx } from './transaction.ts';

type DayRow = DayCounts & { playerId: string };

/** Adds to the sums of each player's days. */
export async function upsertDays(
  tx: Tx,
  tenantId: string,
  players: readonly FoldedPlayer[],
  mask: number,
): Promise<void> {
  const { counters } = columnsOf(mask);
  const rows: DayRow[] = [];
  for (const { playerId, delta } of players) {
    for (const { day, currency, counts } of delta.days) rows.push({ playerId, day, currency, counts });
  }
  await execute(tx, statementOf(mask), [
    tenantId,
    plainColumn(rows, (row) => row.playerId),
    plainColumn(rows, (row) => row.day),
    textColumn(rows, (row) => row.currency),
    ...counters.map((name) => plainColumn(rows, (row) => row.counts[name])),
  ]);
}

const statements = new Map<number, string>();

function statementOf(mask: number): string {
  let statement = statements.get(mask);
  if (statement === undefined) {
    statement = makeStatement(columnsOf(mask));
    statements.set(mask, statement);
  }
  return statement;
}

const makeStatement = ({ counters }: ColumnSet) => `
  INSERT INTO crmbet.player_day (tenant_id, player_id, day, currency, ${counters.join(', ')})
  SELECT $1::uuid, ($2::uuid[])[u.i], ($3::date[])[u.i], u.currency,
    ${counters.map((_, index) => `($${5 + index}::bigint[])[u.i]`).join(', ')}
  FROM unnest($4::text[]) WITH ORDINALITY AS u (currency, i)
  ON CONFLICT (tenant_id, player_id, day, currency) DO UPDATE SET
    ${counters.map((name) => `${name} = player_day.${name} + excluded.${name}`).join(', ')}`;
