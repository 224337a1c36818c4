import type { Principal } from '../../auth/principal.ts';
import { playerCounts, totalsByCurrency, totalsByDay } from '../../db/queries/reports.ts';
import type { Reads } from '../../db/replicas/reads.ts';

export class ReportsService {
  readonly #reads: Reads;

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  async kpis(
    principal: Principal,
    query: { from?: string | undefined; to?: string | undefined; series: boolean },
  ) {
    const { tenantId } = principal;
    const [counts, totals, days] = await this.#reads.read(principal, ({ sql }) =>
      Promise.all([
        playerCounts(sql, tenantId, query, new Date()),
        totalsByCurrency(sql, tenantId, query),
        query.series ? totalsByDay(sql, tenantId, query) : [],
      ]),
    );
    return {
      players: Number(counts.players),
      activePlayers: Number(counts.active),
      restrictedPlayers: Number(counts.restricted),
      events: Number(counts.events),
      currencies: totals.map((row) => ({
        currency: row.currency,
        players: Number(row.players),
        depositors: Number(row.depositors),
        deposits: { count: Number(row.deposits_count), amount: row.deposits_amount },
        withdrawals: { count: Number(row.withdrawals_count), amount: row.withdrawals_amount },
        turnover: row.turnover,
        ggr: row.ggr,
        ngr: row.ngr,
      })),
      days: days.map(({ active_players, ...day }) => ({ ...day, activePlayers: Number(active_players) })),
    };
  }
}
