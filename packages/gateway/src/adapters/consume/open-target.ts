import type { Principal } from '../../auth/principal.ts';
import type { DeadLetters } from '../../dead-letters/dead-letter.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { EventsService } from '../../services/events/events-service.ts';
import type { Channel } from './consumer-metrics.ts';
import type { IntakeTarget } from './intake.ts';

/** The gateway's own services as the place where a stream's events go: what they refuse, they keep as dead letters themselves. */
export function openTarget(
  ports: {
    events: Pick<EventsService, 'send'>;
    deadLetters: DeadLetters;
    metrics: Pick<Metrics, 'events'>;
  },
  tenantId: string,
  channel: Channel,
): IntakeTarget {
  // Whoever may write to the operator's broker is the operator's server.
  const principal: Principal = {
    tenantId,
    kind: 'secret',
    subject: `consumer:${channel}`,
    scopes: ['events:write'],
  };
  return {
    send: (events, replay) => ports.events.send(principal, { events, replay }, channel),
    keep: async (letters) => {
      const receivedAt = new Date();
      await ports.deadLetters.keep(
        tenantId,
        letters.map(({ raw, code, errors, replay }) => ({
          kind: 'rejected',
          raw,
          source: 'server',
          channel,
          code,
          errors,
          replay,
          receivedAt,
        })),
      );
      ports.metrics.events({ accepted: 0, duplicates: 0, conflicts: 0, rejected: letters.length });
    },
  };
}
