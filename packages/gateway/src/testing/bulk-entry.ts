import { readFile } from 'node:fs/promises';
import { checkMapping } from '../cli/import/mapping.ts';
import { connect } from '../db/database.ts';
import { TenantDirectory } from '../services/tenants/tenant-directory.ts';
import { loadInBulk } from './load-in-bulk.ts';

/** A bulk load in a process of its own, of small shares, for tests that kill it: FILE MAPPING SLUG. */
const [file = '', mapping = '', slug = ''] = process.argv.slice(2);
const db = connect(process.env.DATABASE_URL ?? '', { max: 6 });
const directory = new TenantDirectory(db);
const tenants = await Promise.all((await directory.ids()).map((id) => directory.get(id)));
const tenant = tenants.find((of) => of.slug === slug);
if (tenant === undefined) throw new Error(`there is no operator ${slug}`);
await loadInBulk(db, tenant, {
  file,
  mapping: checkMapping(JSON.parse(await readFile(mapping, 'utf8')), 'the mapping'),
  pieceBytes: 65_536,
});
await db.close();
