import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../services/create-services.ts';
import { anEvent, createTestGateway, startServices, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let other: Running;

beforeAll(async () => {
  gateway = await createTestGateway();
  other = await startServices(gateway.databaseUrl);
  const events = Array.from({ length: 400 }, (_, index) => anEvent({ player: `p${index}` }));
  await gateway.client().events.send(events, { replay: true });
});
afterAll(async () => {
  await other.stop();
  await gateway.stop();
});

const everybody = { feature: 'deposits_count_lifetime', op: 'gte', value: 1 } as const;

describe('two gateways over one database', () => {
  it('place the same players at once without a deadlock, and agree', async () => {
    const segment = await gateway.client().segments.create({ name: 'both', rule: everybody });
    const rule = { id: segment.id, name: segment.name, rule: everybody };
    const { tenantId } = gateway.tenant;
    const passes = Array.from({ length: 12 }, (_, index) =>
      (index % 2 === 0 ? gateway.running : other).segmentKeeper.fill(tenantId, rule),
    );
    await Promise.all(passes);
    expect((await gateway.client().segments.get(segment.id)).size).toBe(400);
  });

  it('delete segments that are being filled, and leave no member behind', async () => {
    const client = gateway.client();
    for (let round = 0; round < 6; round += 1) {
      const segment = await client.segments.create({ name: `short ${round}`, rule: everybody });
      const rule = { id: segment.id, name: segment.name, rule: everybody };
      const fills = [gateway.running, other].map((running) =>
        running.segmentKeeper.fill(gateway.tenant.tenantId, rule),
      );
      await Promise.all([...fills, client.segments.delete(segment.id)]);
    }
    const orphans = await gateway.running.db.sql`
      SELECT 1 FROM crmbet.segment_members m
      WHERE NOT EXISTS (SELECT 1 FROM crmbet.segments g WHERE g.id = m.segment_id)`;
    expect(orphans).toHaveLength(0);
  });
});
