import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../config/config.ts';
import { dayMs } from '../config/span.ts';
import { listPartitions } from '../db/queries/partitions.ts';
import { raiseRetiredBefore } from '../db/queries/retired-before.ts';
import { boundsOf, partitionOf } from '../ingest/partitions.ts';
import { startProcess } from '../testing/gateway-process.ts';
import { anEvent, createTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { partitionsText } from './db-partitions.ts';
import { retentionText } from './db-retention.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await createTestGateway();
});
afterAll(async () => {
  await gateway.stop();
});

async function crmbet(args: string[], env: Record<string, string> = {}): Promise<string> {
  const command = startProcess(args, { DATABASE_URL: gateway.databaseUrl, ...env });
  const { code } = await command.exited;
  const text = command.said.join('\n');
  if (code !== 0) throw new Error(text);
  return text;
}

it('lists partitions, shows what is past its time, and removes it', async () => {
  const old = Date.now() - 100 * dayMs;
  const events = Array.from({ length: 7 }, () => anEvent({ time: new Date(old).toISOString() }));
  await gateway.client().events.send([...events, anEvent()]);
  await gateway.running.db.sql`ANALYZE crmbet.events`;
  const name = `events_${partitionOf(old)}`;
  const [from, to] = boundsOf(partitionOf(old)).map((ms) => new Date(ms).toISOString().slice(0, 10));

  const { db } = gateway.running;
  const { sql } = db;
  const shown = (env: Record<string, string> = {}) => retentionText(db, readConfig(env, '/'), Date.now());
  expect(partitionsText(await listPartitions(sql))).toMatch(
    new RegExp(`^${name} +${from} +${to} +7 +\\d+ kB$`, 'm'),
  );
  const kept = await shown();
  expect(kept).toMatch(/^raw events +for ever +CRMBET_RETENTION_EVENTS$/m);
  expect(kept).toContain('No partition of events is past its time.');

  const env = { CRMBET_EVENT_HORIZON: '40d', CRMBET_RETENTION_EVENTS: '45d' };
  const dry = await crmbet(['db', 'retention', '--dry-run'], env);
  expect(dry).toMatch(/^raw events +45d /m);
  expect(dry).toMatch(new RegExp(`^${name} +${from} `, 'm'));
  expect(dry).not.toContain('Removed');

  // Announced long ago, so that nobody has to be waited for.
  await sql.begin((tx) => raiseRetiredBefore(tx, { before: Date.parse(to ?? ''), announcedAt: 0 }));
  const removed = await crmbet(['db', 'retention'], env);
  expect(removed).toContain(`${name} is dropped, after 7 ids.`);
  expect(removed).toContain('Removed 1 partitions, 7 ids and 0 sums by day.');
  const listed = await crmbet(['db', 'partitions']);
  expect(listed).toMatch(/^partition +from +to +rows +size$/m);
  expect(listed).not.toContain(name);
  expect(await shown()).toContain(`Events from before ${to} were retired`);
}, 180_000);
