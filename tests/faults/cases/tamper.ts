import type { Operator } from '../lib/operator.ts';
import type { Run } from '../lib/run.ts';
import { type Tx, verifyDatabase } from '../lib/verify.ts';

/** Does to a store what a gateway that loses, doubles, merges or miscounts would have done, and looks whether the test sees it. */
export async function tamper(run: Run, operator: Operator): Promise<void> {
  const { tenantId } = operator;
  const someEvent = (tx: Tx) => tx`
    SELECT tenant_id, player_id, event_id, occurred_at FROM crmbet.events
    WHERE tenant_id = ${tenantId} AND type = 'deposit.approved' ORDER BY event_id LIMIT 1`;
  const wrongs: [string, RegExp, (tx: Tx) => Promise<unknown>][] = [
    [
      'one acked event deleted',
      /^acked but not stored$/,
      (tx) => tx`
        DELETE FROM crmbet.events e USING (${someEvent(tx)}) AS one
        WHERE e.tenant_id = one.tenant_id AND e.player_id = one.player_id AND e.event_id = one.event_id`,
    ],
    [
      'a counter of one day raised by one',
      /^the days differ/,
      (tx) => tx`
        UPDATE crmbet.player_day SET deposits_count = deposits_count + 1
        WHERE (tenant_id, player_id, day, currency) IN (
          SELECT tenant_id, player_id, day, currency FROM crmbet.player_day WHERE tenant_id = ${tenantId} LIMIT 1)`,
    ],
    [
      'one state put back by an amount',
      /^the state differs/,
      (tx) => tx`
        UPDATE crmbet.player_state SET bets_stake = bets_stake + 1
        WHERE (tenant_id, player_id) IN (
          SELECT tenant_id, player_id FROM crmbet.player_state WHERE tenant_id = ${tenantId} LIMIT 1)`,
    ],
    [
      'another time written over that of a stored event',
      /^stored but never sent$/,
      (tx) => tx`
        UPDATE crmbet.events e SET occurred_at = e.occurred_at + interval '7 seconds' FROM (${someEvent(tx)}) AS one
        WHERE e.tenant_id = one.tenant_id AND e.player_id = one.player_id AND e.event_id = one.event_id`,
    ],
  ];
  for (const [what, expected, change] of wrongs) {
    const { violations } = await verifyDatabase(operator.url, operator, async (tx) => {
      await change(tx);
    });
    run.teeth(what, violations, expected);
  }
}
