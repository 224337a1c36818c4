import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import { Lanes } from '../../ingest/lanes.ts';
import { Partitions } from '../../ingest/partitions.ts';
import { Metrics } from '../../observability/metrics.ts';
import { createHorizon } from '../../retention/horizon.ts';
import { createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { TenantDirectory } from '../tenants/tenant-directory.ts';
import { EventsService } from './events-service.ts';

let gateway: TestGateway;
let principal: Principal;
beforeAll(async () => {
  gateway = await createTestGateway();
  principal = await gateway.running.services.identity.identify(gateway.tenant.secretKey, undefined);
});
afterAll(() => gateway.stop());

it('answers who has a refusal to keep, when the store does not, and lets only so many wait', async () => {
  const { db } = gateway.running;
  const lanes = new Lanes(
    async (_, items) => items.map(() => 'accepted' as const),
    () => {},
    {
      lanes: 1,
      maxBatch: 10,
      maxWaiting: 1000,
    },
  );
  let waiting = 0;
  const events = new EventsService({
    tenants: new TenantDirectory(db),
    lanes,
    partitions: new Partitions(db.sql),
    horizon: createHorizon(undefined),
    metrics: new Metrics({ waitingEvents: () => 0, openStreams: () => 0 }),
    deadLetters: {
      keep: () => {
        waiting += 1;
        return new Promise(() => {});
      },
    },
    patienceMs: 200,
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 150 }, () => events.send(principal, { events: [{ id: 'bad' }] })),
  );
  const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'answered'));
  expect(codes.filter((code) => code === 'store_unavailable')).toHaveLength(100);
  expect(codes.filter((code) => code === 'overloaded')).toHaveLength(50);
  expect(waiting).toBe(100);
  lanes.stop();
});
