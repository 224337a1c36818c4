import { CRMBet } from '@crmbet/sdk';
import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { createApp } from '../../app.ts';
import { createServices } from '../../services/create-services.ts';
import { createTenant } from '../../services/tenants/create-tenant.ts';
import { eventually } from '../../testing/eventually.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { anEvent, quietLog } from '../../testing/test-gateway.ts';

const replica = inject('replicaUrl');

/** The standby has the same users and databases; where it receives from, it says itself. */
async function primaryOf(url: string): Promise<string> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await client<{ host: string; port: number }[]>`
      SELECT sender_host AS host, sender_port AS port FROM pg_stat_wal_receiver`;
    if (row === undefined) throw new Error('REPLICA_URL names a server that receives from no primary');
    return Object.assign(new URL(url), { hostname: row.host, port: String(row.port) }).href;
  } finally {
    await client.end({ timeout: 5 });
  }
}

it.skipIf(replica === undefined)(
  'reads of the replica at REPLICA_URL hold what the caller wrote',
  async () => {
    const url = replica ?? '';
    const database = await createTestDatabase(await primaryOf(url));
    const { pathname } = new URL(database.url);
    const running = await createServices({
      databaseUrl: database.url,
      replicas: { urls: [Object.assign(new URL(url), { pathname }).href], maxLagMs: 1000 },
      connections: 4,
      threads: 1,
      log: quietLog,
    });
    try {
      const app = createApp({ services: running.services, metrics: running.metrics, log: quietLog });
      const { secretKey } = await createTenant(running.db, { slug: 't', name: 'T', timeZone: 'UTC' });
      const client = new CRMBet({
        apiKey: secretKey,
        baseUrl: 'http://gateway.test',
        fetch: async (input, init) => await app.request(input, init),
      });
      for (let n = 1; n <= 10; n += 1) {
        await client.events.send(anEvent({ player: `p${n}` }));
        expect(await client.reports.kpis()).toMatchObject({ players: n });
      }
      await eventually(async () => {
        await client.reports.kpis();
        expect(await running.metrics.text()).toMatch(/^crmbet_reads_total{from="replica"} [1-9]/m);
      });
    } finally {
      await running.stop();
      await database.drop();
    }
  },
);
