import { type BulkOptions, runBulk } from '../bulk/run-bulk.ts';
import { createProgress } from '../cli/progress.ts';
import type { Database } from '../db/database.ts';
import { Partitions } from '../ingest/partitions.ts';
import type { Tenant } from '../services/tenants/tenant-directory.ts';

type Load = Pick<BulkOptions, 'file' | 'mapping'> & Partial<BulkOptions>;

/** A bulk load of events that says nothing and is not stopped, unless told otherwise. */
export const loadInBulk = ({ sql }: Database, tenant: Tenant, load: Load) =>
  runBulk({
    mode: 'events',
    dryRun: false,
    sql,
    partitions: new Partitions(sql),
    tenant,
    earliest: Date.UTC(1990, 0, 1),
    progress: createProgress({ stream: { write: () => true } }),
    stop: new AbortController().signal,
    ...load,
  });
