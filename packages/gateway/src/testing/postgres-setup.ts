import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../db/embedded/start-embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server of this run, with the right to create databases. Each test file makes a database of its own. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for a whole run of integration tests; its folder goes when the run ends. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
