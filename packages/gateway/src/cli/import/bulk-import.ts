import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { readConfig } from '../../config/config.ts';
import { connect, type Database } from '../../db/database.ts';
import { requireDurability } from '../../db/durability.ts';
import { migrate } from '../../db/migrate.ts';
import { Partitions } from '../../ingest/partitions.ts';
import { createHorizon } from '../../retention/horizon.ts';
import { TenantDirectory } from '../../services/tenants/tenant-directory.ts';
import { joinStore } from '../open-store.ts';
import { createProgress } from '../progress.ts';
import { describeBulk } from './describe-bulk.ts';
import { ImportFailure } from './failure.ts';
import type { ImportIo } from './import-command.ts';
import type { Mapping } from './mapping.ts';

export type BulkFlags = {
  bulk?: boolean | undefined;
  featuresOnly?: boolean | undefined;
  dryRun?: boolean | undefined;
  tenant?: string | undefined;
  url?: string | undefined;
  key?: string | undefined;
  live?: boolean | undefined;
};

/**
 * Whether a file goes into the database itself, or through a gateway: as the flags say; where they say nothing, into the database
 * that DATABASE_URL names. Parquet, dry runs and sums without events are the database's business alone.
 *
 * @throws {ImportFailure} the flags contradict each other
 */
export function isBulk(file: string, flags: BulkFlags, env: Record<string, string | undefined>): boolean {
  const asked = [
    flags.bulk === true ? '--bulk' : undefined,
    flags.featuresOnly === true ? '--features-only' : undefined,
    flags.dryRun === true ? '--dry-run' : undefined,
    extname(file).toLowerCase() === '.parquet' ? 'A Parquet file' : undefined,
  ].find((reason) => reason !== undefined);
  const overHttp = [
    flags.url === undefined ? undefined : '--url',
    flags.key === undefined ? undefined : '--key',
    flags.live === true ? '--live' : undefined,
  ].find((reason) => reason !== undefined);
  if (asked !== undefined && overHttp !== undefined)
    throw new ImportFailure(
      `${asked} goes into the database itself, and ${overHttp} through a gateway: leave one out.`,
    );
  if (asked !== undefined) return true;
  return overHttp === undefined && !env.CRMBET_URL && Boolean(env.DATABASE_URL);
}

/** @returns the exit code: 0 all is in, 2 some lines were refused, 1 it failed, 130 it was interrupted */
export async function bulkImport(
  file: string,
  mapping: Mapping,
  flags: BulkFlags,
  io: ImportIo,
  stop: AbortSignal,
): Promise<number> {
  const config = readConfig(io.env, io.cwd);
  const store = await joinStore(config, { log: (line) => io.stderr.write(`${line}\n`) });
  try {
    await migrate(store.url);
    const db = connect(store.url, { max: 8 });
    try {
      await requireDurability(db.sql);
      const horizon = createHorizon(config.retention.horizon);
      const partitions = new Partitions(db.sql, horizon);
      await partitions.refresh();
      const tenant = await tenantOf(db, flags.tenant);
      // DuckDB is a large library: only this way needs it.
      const { runBulk } = await import('../../bulk/run-bulk.ts');
      const report = await runBulk({
        file,
        mapping,
        mode: flags.featuresOnly === true ? 'features' : 'events',
        dryRun: flags.dryRun === true,
        sql: db.sql,
        partitions,
        tenant,
        earliest: horizon.earliest(Date.now()),
        progress: createProgress({ stream: io.stderr }),
        stop,
      });
      const { failure, ...figures } = report;
      const reportFile = `${file}.report.json`;
      await writeFile(
        reportFile,
        `${JSON.stringify({ ...figures, failure: failure?.message }, null, 2)}\n`,
      ).catch((error: unknown) => {
        throw new ImportFailure(
          `${reportFile} cannot be written (${error instanceof Error ? error.message : error}).`,
        );
      });
      io.stdout.write(describeBulk(report, reportFile));
      if (failure !== undefined) io.stderr.write(`${failure.message}\n`);
      if (report.stopped) return 130;
      if (failure !== undefined) return 1;
      return report.rejected + report.conflicts > 0 ? 2 : 0;
    } finally {
      await db.close();
    }
  } finally {
    await store.close();
  }
}

async function tenantOf(db: Database, slug: string | undefined) {
  const directory = new TenantDirectory(db);
  const tenants = await Promise.all((await directory.ids()).map((id) => directory.get(id)));
  const found =
    slug === undefined && tenants.length === 1 ? tenants[0] : tenants.find((tenant) => tenant.slug === slug);
  if (found !== undefined) return found;
  const known = tenants.map((tenant) => tenant.slug).sort();
  if (known.length === 0)
    throw new ImportFailure('The database has no operator yet: make one with `crmbet tenants create SLUG`.');
  throw new ImportFailure(
    slug === undefined
      ? `Say whose events these are: --tenant, one of ${known.slice(0, 20).join(', ')}.`
      : `There is no operator ${JSON.stringify(slug)}; there are ${known.slice(0, 20).join(', ')}.`,
  );
}
