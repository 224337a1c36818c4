import { connect } from '../../../packages/gateway/src/db/database.ts';
import { migrate } from '../../../packages/gateway/src/db/migrate.ts';
import { createTenant } from '../../../packages/gateway/src/services/tenants/create-tenant.ts';
import type { Run } from './run.ts';
import { Truth } from './truth.ts';
import type { Of } from './verify.ts';

export const timeZone = 'America/Sao_Paulo';

/** An operator in a database of its own, and the truth about its events. */
export type Operator = Of & { url: string; database: string; secretKey: string };

/** @param prefix begins the ids of its events; two operators of one run differ in it */
export async function makeOperator(
  run: Run,
  prefix: string,
  cluster = run.cluster,
  players = 500,
): Promise<Operator> {
  const database = `faults_${prefix}`;
  const url = await cluster.createDatabase(database);
  await migrate(url);
  const db = connect(url, { max: 1 });
  try {
    const { tenantId, secretKey } = await createTenant(db, { slug: prefix, name: prefix, timeZone });
    const truth = new Truth({ seed: run.seed, prefix, from: Date.now() - 60_000, players });
    return { url, database, tenantId, secretKey, timeZone, truth };
  } finally {
    await db.close();
  }
}
