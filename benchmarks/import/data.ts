import type { DuckDBConnection } from '@duckdb/node-api';

export type Scenario = { rows: number; perPlayerDay: number };

const days = 60;
/** Sessions last two hours. */
const blocks = 12;
/** 2026-01-01, in seconds. */
const firstDay = 1_767_225_600;

export const columns = {
  event_id: 'VARCHAR',
  player: 'VARCHAR',
  occurred_at: 'TIMESTAMP',
  type: 'VARCHAR',
  currency: 'VARCHAR',
  amount: 'DECIMAL(18,2)',
  stake: 'DECIMAL(18,2)',
  payout: 'DECIMAL(18,2)',
  bet_id: 'VARCHAR',
  round_id: 'VARCHAR',
  game: 'VARCHAR',
  outcome: 'VARCHAR',
  method: 'VARCHAR',
  provider: 'VARCHAR',
} as const;

/** How the columns become events, as `--mapping` takes it. `provider` is left out, as some columns of every export are. */
export const mapping = {
  typeColumn: 'type',
  player: 'player',
  time: 'occurred_at',
  id: 'event_id',
  currencyColumn: 'currency',
  set: {
    'data.amount': { column: 'amount', as: 'money' },
    'data.stake': { column: 'stake', as: 'money' },
    'data.payout': { column: 'payout', as: 'money' },
    'data.betId': 'bet_id',
    'data.roundId': 'round_id',
    'data.game': 'game',
    'data.outcome': 'outcome',
    'data.method': 'method',
  },
} as const;

/**
 * Writes sixty days of a casino with a sports book: 85 % rounds, 12 % bets and their settlement, 3 % money in and out, in the order of time.
 * Pure arithmetic on the number of the row, so the same rows give the same file everywhere.
 */
export async function writeHistory(
  duck: DuckDBConnection,
  { rows, perPlayerDay }: Scenario,
  file: string,
  format: 'csv' | 'json' | 'parquet',
): Promise<void> {
  const perDay = Math.ceil(rows / days);
  const perBlock = Math.ceil(perDay / blocks);
  const atOnce = Math.max(1, Math.ceil(perBlock / perPlayerDay));
  const players = atOnce * blocks * 4;
  const sql = `
    WITH numbered AS (
      SELECT i, i // ${perDay} AS day, (i % ${perDay}) // ${perBlock} AS block, (i * 2654435761) % 4294967296 AS a,
        (((i * 40503 + 77) % 4294967296) * 1664525 + 1013904223) % 4294967296 AS b
      FROM range(${rows}) t(i)
    ), drawn AS (
      SELECT *, (a // 65536) % 100 AS kind, lpad(lower(to_hex(a)), 8, '0') AS ha, lpad(lower(to_hex(b)), 8, '0') AS hb,
        lpad(lower(to_hex(i)), 8, '0') AS hi
      FROM numbered
    )
    SELECT
      ha || '-' || substr(hb, 1, 4) || '-4' || substr(hb, 5, 3) || '-8' || substr(ha, 2, 3) || '-' || substr(hb, 5, 4) || hi AS event_id,
      'p-' || lpad(((day * 7919 + block * ${atOnce} + (b // 256) % ${atOnce}) * 31 % ${players})::VARCHAR, 7, '0') AS player,
      strftime(make_timestamp((${firstDay} + day * 86400) * 1000000 + (i % ${perDay}) * 86400000000 // ${perDay}), '%Y-%m-%dT%H:%M:%S.%gZ') AS occurred_at,
      CASE WHEN kind < 85 THEN 'casino.round' WHEN kind < 91 THEN 'bet.placed' WHEN kind < 97 THEN 'bet.settled'
        WHEN kind < 99 THEN 'deposit.approved' ELSE 'withdrawal.approved' END AS type,
      'BRL' AS currency,
      CASE WHEN kind >= 97 THEN (a % 50000 / 100)::DECIMAL(12, 2)::VARCHAR END AS amount,
      CASE WHEN kind < 97 THEN (a % 5000 / 100)::DECIMAL(12, 2)::VARCHAR END AS stake,
      CASE WHEN kind < 85 OR (kind >= 91 AND kind < 97) THEN (CASE WHEN b % 3 = 0 THEN b % 9000 / 100 ELSE 0 END)::DECIMAL(12, 2)::VARCHAR END AS payout,
      CASE WHEN kind >= 85 AND kind < 97 THEN 'b-' || hb || hi END AS bet_id,
      CASE WHEN kind < 85 THEN 'r-' || hb || hi END AS round_id,
      CASE WHEN kind < 85 THEN 'game-' || (b % 300)::VARCHAR END AS game,
      CASE WHEN kind >= 91 AND kind < 97 THEN (CASE WHEN b % 3 = 0 THEN 'won' ELSE 'lost' END) END AS outcome,
      CASE WHEN kind >= 97 THEN 'pix' END AS method,
      'acme-' || (b % 12)::VARCHAR AS provider
    FROM drawn`;
  await duck.run(`COPY (${sql}) TO '${file}' (FORMAT ${format}${format === 'csv' ? ', HEADER' : ''})`);
}
