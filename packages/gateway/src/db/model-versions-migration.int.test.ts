import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../testing/test-database.ts';
import { connect } from './database.ts';
import { migrate } from './migrate.ts';
import { findWholeVersion } from './queries/model-versions.ts';
import { findModel } from './queries/models.ts';

const Journal = z.looseObject({ entries: z.array(z.looseObject({ idx: z.int() })) });

/** Brings a database to where it was after the migration with this number. */
async function migrateUpTo(url: string, last: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'crmbet-migrations-'));
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    cpSync(join(import.meta.dirname, 'migrations'), folder, { recursive: true });
    const path = join(folder, 'meta', '_journal.json');
    const journal = Journal.parse(JSON.parse(readFileSync(path, 'utf8')));
    const entries = journal.entries.filter(({ idx }) => idx <= last);
    writeFileSync(path, JSON.stringify({ ...journal, entries }));
    await applyMigrations(drizzle(client), {
      migrationsFolder: folder,
      migrationsSchema: 'crmbet',
      migrationsTable: 'migrations',
    });
  } finally {
    await client.end();
    rmSync(folder, { recursive: true });
  }
}

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [tenantId, ready, failed, job, player] = [id(1), id(2), id(3), id(4), id(5)];
const fitted = {
  algorithm: 'kmeans',
  k: 4,
  inertia: 12.5,
  iterations: 7,
  converged: true,
  device: 'relaxed',
};

// The database of a cluster comes migrated.
it.skipIf(inject('isCluster'))(
  'makes every model its own first version, and loses nothing of it',
  async () => {
    const database = await createTestDatabase();
    try {
      await migrateUpTo(database.url, 5);
      const old = postgres(database.url, { max: 1 });
      const insert = async (model: string, name: string, state: string, data: object | null) => old`
      INSERT INTO crmbet.models (id, tenant_id, name, algorithm, k, features, seed, state, job_id, players, fitted, profiles, created_at, trained_at)
      VALUES (${model}, ${tenantId}, ${name}, 'kmeans', 4, ${['ggr_30d', 'ggr_90d']}, 9, ${state}, ${job}, ${data === null ? null : 3},
        ${data === null ? null : JSON.stringify(data)}::text::jsonb, ${data === null ? null : '[]'}::text::jsonb,
        '2026-01-01T00:00:00Z', ${data === null ? null : '2026-01-02T00:00:00Z'}::text::timestamptz)`;
      await insert(ready, 'ready', 'ready', fitted);
      await insert(failed, 'failed', 'failed', null);
      await old`
      INSERT INTO crmbet.jobs (id, tenant_id, kind, state, progress, model_id, created_at)
      VALUES (${job}, ${tenantId}, 'train_model', 'succeeded', 1, ${ready}, '2026-01-01T00:00:00Z')`;
      await old`
      INSERT INTO crmbet.player_clusters (tenant_id, player_id, model_id, cluster, distance, x, y)
      VALUES (${tenantId}, ${player}, ${ready}, 2, 0.5, 1, 2)`;
      await old.end();

      await migrate(database.url);

      const db = connect(database.url, { max: 2 });
      try {
        expect(await findModel(db, tenantId, ready)).toMatchObject({
          model: {
            name: 'ready',
            purpose: 'clusters',
            activeVersion: 1,
            lastVersion: 1,
            challengerVersion: null,
          },
          shown: { version: 1, state: 'ready' },
        });
        const trainedAt = new Date('2026-01-02T00:00:00Z');
        expect(await findWholeVersion(db, { tenantId, modelId: ready, version: 1 })).toMatchObject({
          state: 'ready',
          algorithm: 'kmeans',
          parameters: { k: 4 },
          features: ['ggr_30d', 'ggr_90d'],
          featureVersions: [1, 1],
          seed: 9,
          fitted,
          profiles: [],
          metrics: { inertia: 12.5, iterations: 7, converged: true },
          device: 'relaxed',
          players: 3,
          jobId: job,
          trainedAt,
          promotedAt: trainedAt,
        });
        expect(await findModel(db, tenantId, failed)).toMatchObject({
          model: { activeVersion: null },
          shown: { version: 1, state: 'failed', metrics: null, promotedAt: null },
        });
        const [place] = await db.sql`SELECT version, cluster FROM crmbet.player_clusters`;
        expect(place).toEqual({ version: 1, cluster: 2 });
        const [done] = await db.sql`SELECT model_version FROM crmbet.jobs`;
        expect(done).toEqual({ model_version: 1 });
      } finally {
        await db.close();
      }
    } finally {
      await database.drop();
    }
  },
);
