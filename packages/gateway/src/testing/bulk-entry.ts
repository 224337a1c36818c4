import { readFile } from 'node:fs/promises';
import { runBulk } from '../bulk/run-bulk.ts';
import { checkMapping } from '../cli/import/mapping.ts';
import { createProgress } from '../cli/progress.ts';
import { connect } from '../db/database.ts';
import { Partitions } from '../ingest/partitions.ts';
import { TenantDirectory } from '../services/tenants/tenant-directory.ts';

/** A bulk load in a process of its own, of small shares, for tests that kill it: FILE MAPPING SLUG. */
const [file = '', mapping = '', slug = ''] = process.argv.slice(2);
const db = connect(process.env.DATABASE_URL ?? '', { max: 6 });
const directory = new TenantDirectory(db);
const tenants = await Promise.all((await directory.ids()).map((id) => directory.get(id)));
const tenant = tenants.find((of) => of.slug === slug);
if (tenant === undefined) throw new Error(`there is no operator ${slug}`);
await runBulk({
  file,
  mapping: checkMapping(JSON.parse(await readFile(mapping, 'utf8')), 'the mapping'),
  mode: 'events',
  dryRun: false,
  sql: db.sql,
  partitions: new Partitions(db.sql),
  tenant,
  earliest: Date.UTC(1990, 0, 1),
  progress: createProgress({ stream: { write: () => true } }),
  stop: new AbortController().signal,
  pieceBytes: 65_536,
});
await db.close();
