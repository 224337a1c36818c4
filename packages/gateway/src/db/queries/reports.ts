import type { PostgresClient } from '../database.ts';

export type CurrencyTotals = {
  currency: string;
  players: bigint;
  depositors: bigint;
  deposits_count: bigint;
  deposits_amount: string;
  withdrawals_count: bigint;
  withdrawals_amount: string;
  turnover: string;
  ggr: string;
  ngr: string;
};

export type DayTotals = {
  day: string;
  currency: string;
  active_players: bigint;
  deposits: string;
  turnover: string;
  ggr: string;
};

type Range = { from?: string | undefined; to?: string | undefined };

const inRange = (sql: PostgresClient, tenantId: string, { from, to }: Range) => sql`
  tenant_id = ${tenantId}
  ${from === undefined ? sql`` : sql`AND day >= ${from}::text::date`}
  ${to === undefined ? sql`` : sql`AND day <= ${to}::text::date`}`;

/** Sums over days are numeric in PostgreSQL, so they are exact however large (added up before they are combined, for the same reason); they come as digits. */
export async function totalsByCurrency(
  sql: PostgresClient,
  tenantId: string,
  range: Range,
): Promise<CurrencyTotals[]> {
  return await sql<CurrencyTotals[]>`
    SELECT currency, count(DISTINCT player_id) AS players,
      count(DISTINCT player_id) FILTER (WHERE deposits_count > 0) AS depositors,
      sum(deposits_count)::bigint AS deposits_count, sum(deposits_amount)::text AS deposits_amount,
      sum(withdrawals_count)::bigint AS withdrawals_count, sum(withdrawals_amount)::text AS withdrawals_amount,
      (sum(bets_stake) + sum(casino_stake))::text AS turnover,
      (sum(bets_stake) + sum(casino_stake) - sum(bets_payout) - sum(casino_payout))::text AS ggr,
      (sum(bets_stake) + sum(casino_stake) - sum(bets_payout) - sum(casino_payout) - sum(bonuses_converted_amount))::text AS ngr
    FROM crmbet.player_day WHERE ${inRange(sql, tenantId, range)} AND currency <> 'XXX'
    GROUP BY currency ORDER BY currency`;
}

export async function totalsByDay(sql: PostgresClient, tenantId: string, range: Range): Promise<DayTotals[]> {
  return await sql<DayTotals[]>`
    SELECT to_char(day, 'YYYY-MM-DD') AS day, currency, count(DISTINCT player_id) FILTER (WHERE activities_count > 0) AS active_players, sum(deposits_amount)::text AS deposits,
      (sum(bets_stake) + sum(casino_stake))::text AS turnover,
      (sum(bets_stake) + sum(casino_stake) - sum(bets_payout) - sum(casino_payout))::text AS ggr
    FROM crmbet.player_day WHERE ${inRange(sql, tenantId, range)} AND currency <> 'XXX'
    GROUP BY day, currency ORDER BY day, currency`;
}

export type PlayerCounts = { players: bigint; active: bigint; restricted: bigint; events: bigint };

export async function playerCounts(
  sql: PostgresClient,
  tenantId: string,
  range: Range,
  now: Date,
): Promise<PlayerCounts> {
  const [row] = await sql<PlayerCounts[]>`
    SELECT
      (SELECT count(*) FROM crmbet.players WHERE tenant_id = ${tenantId}) AS players,
      (SELECT count(DISTINCT player_id) FROM crmbet.restrictions
        WHERE tenant_id = ${tenantId} AND lifted_at IS NULL AND (ends_at IS NULL OR ends_at > ${now})) AS restricted,
      count(DISTINCT player_id) FILTER (WHERE activities_count > 0) AS active, coalesce(sum(events_count), 0)::bigint AS events
    FROM crmbet.player_day WHERE ${inRange(sql, tenantId, range)}`;
  return row ?? { players: 0n, active: 0n, restricted: 0n, events: 0n };
}
