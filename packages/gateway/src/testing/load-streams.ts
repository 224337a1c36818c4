import fc from 'fast-check';
import { checkEvent } from '../ingest/check-event.ts';
import type { CheckedEvent } from '../ingest/event.ts';
import { anyStream } from './arbitrary-stream.ts';
import type { TestGateway } from './test-gateway.ts';

/** What a player did, and the currency that the account was taken to have. */
export type History = { playerId: string; events: CheckedEvent[]; currency: string | null };

/** Stores streams of drawn events, as a replay, and gives what each player did by the operator's own id. */
export async function loadStreams(
  gateway: TestGateway,
  { streams, seed }: { streams: number; seed: number },
): Promise<Map<string, History>> {
  const { services, db } = gateway.running;
  const principal = await services.identity.identify(gateway.tenant.secretKey, undefined);
  const histories = new Map<string, History>();
  for (const [index, stream] of fc.sample(anyStream('x', 60), { numRuns: streams, seed }).entries()) {
    const events = stream.map((event) => ({
      ...event,
      id: `${index}-${event.id}`,
      player: `${index}-${event.player}`,
    }));
    const { rejected } = await services.events.send(principal, { events, replay: true });
    if (rejected > 0) throw new Error(`${rejected} drawn events were refused`);
    for (const event of events) {
      const checked = checkEvent(event, { now: Date.now() });
      const history = histories.get(event.player) ?? { playerId: '', events: [], currency: null };
      histories.set(event.player, history);
      if (checked.ok) history.events.push(checked.event);
    }
  }
  const rows = await db.sql<{ external_id: string; player_id: string; currency: string | null }[]>`
    SELECT p.external_id, p.player_id, s.currency FROM crmbet.player_state s
    JOIN crmbet.players p ON p.tenant_id = s.tenant_id AND p.player_id = s.player_id
    WHERE s.tenant_id = ${gateway.tenant.tenantId}`;
  for (const { external_id, player_id, currency } of rows) {
    const history = histories.get(external_id);
    if (history !== undefined) Object.assign(history, { playerId: player_id, currency });
  }
  return histories;
}
