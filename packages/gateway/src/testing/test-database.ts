import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { connect } from '../db/database.ts';
import { distribute } from '../db/distribute.ts';
import { migrate } from '../db/migrate.ts';

export type TestDatabase = { url: string; drop(): Promise<void> };

/**
 * A database of a test file's own, on the server that the whole run shares, or on another one. On a cluster it is a cluster of
 * its own, of one node, with its tables distributed.
 */
export async function createTestDatabase(server: string = inject('postgresUrl')): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (inject('isCluster')) await makeCluster(url);
  return { url: url.href, drop: () => asAdmin(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The extension is of one database; the node that we talk to is given shards, so that the others need to know nothing. */
async function makeCluster({ href, hostname, port }: URL): Promise<void> {
  const host = hostname.replaceAll(/[^\w.:-]/g, '');
  const number = Number(port === '' ? 5432 : port);
  await asAdmin(href, 'CREATE EXTENSION citus');
  await asAdmin(href, `SELECT citus_set_coordinator_host('${host}', ${number})`);
  await asAdmin(href, `SELECT citus_set_node_property('${host}', ${number}, 'shouldhaveshards', true)`);
  await migrate(href);
  const db = connect(href, { max: 2 });
  await distribute(db.sql, 'player').finally(() => db.close());
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await client.unsafe(statement);
  } finally {
    await client.end({ timeout: 5 });
  }
}
