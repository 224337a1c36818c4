import { plainColumn, textColumn } from '../db/array-literal.ts';
import type { BatchItem } from './batch-item.ts';
import { execute, type Tx } from './transaction.ts';
import { codeOf } from './write-order.ts';

/**
 * Values of one width are read out of their array by number, which costs less than a function that gives them one by one. An instant
 * goes as milliseconds, which both sides read and write faster than a date; to_timestamp rounds to microseconds, so none is lost.
 */
const insert = `
  INSERT INTO crmbet.events (tenant_id, player_id, occurred_at, source, event_id, type, brand, data, received_at)
  SELECT $1::uuid, ($2::uuid[])[u.i], to_timestamp(($3::bigint[])[u.i] / 1000.0::double precision), ($4::smallint[])[u.i], u.e, u.y, u.b, u.d, $5::timestamptz
  FROM ROWS FROM (
    unnest($6::text[]), unnest($7::text[]), unnest($8::text[]), json_array_elements($9::text::json)
  ) WITH ORDINALITY AS u (e, y, b, d, i)`;

export async function insertEvents(
  tx: Tx,
  tenantId: string,
  fresh: readonly BatchItem[],
  receivedAt: Date,
): Promise<void> {
  await execute(tx, insert, [
    tenantId,
    plainColumn(fresh, (item) => item.playerId),
    plainColumn(fresh, (item) => item.event.at),
    plainColumn(fresh, codeOf),
    receivedAt.toISOString(),
    textColumn(fresh, (item) => item.event.id),
    textColumn(fresh, (item) => item.event.type),
    textColumn(fresh, (item) => item.event.brand),
    `[${fresh.map((item) => item.json).join(',')}]`,
  ]);
}
