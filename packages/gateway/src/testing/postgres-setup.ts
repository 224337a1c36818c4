import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../db/embedded/start-embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server of this run, with the right to create databases. Each test file makes a database of its own. */
    postgresUrl: string;
    /** Whether that server is the coordinator of a Citus cluster: then each database is made one, and its tables are distributed. */
    isCluster: boolean;
    /** A streaming standby that somebody else runs. */
    replicaUrl: string | undefined;
  }
}

/**
 * The database server of a whole run of integration tests: the cluster at CITUS_URL where that is set, else a PostgreSQL of our
 * own, whose folder goes when the run ends. Says what is not tested for want of a server.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { CITUS_URL: citusUrl, REPLICA_URL: replicaUrl } = process.env;
  const isCluster = citusUrl !== undefined && citusUrl !== '';
  project.provide('isCluster', isCluster);
  project.provide('replicaUrl', replicaUrl === '' ? undefined : replicaUrl);
  if (!isCluster)
    console.info(
      'SKIPPED: the integration tests on Citus (CITUS_URL may name a coordinator); they run on plain PostgreSQL.',
    );
  if (replicaUrl === undefined || replicaUrl === '')
    console.info(
      'SKIPPED: the test on a replica of yours (REPLICA_URL may name one); the others make one of their own.',
    );
  if (isCluster) {
    project.provide('postgresUrl', citusUrl);
    return async () => {};
  }
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-test-'));
  // Under root the server runs as another user, who has to reach its data.
  await chmod(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ folder });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
