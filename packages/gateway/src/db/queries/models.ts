import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import type { Purpose } from '../../models/algorithms.ts';
import type { Database } from '../database.ts';
import { models, modelVersions } from '../schema/index.ts';
import { decodeCursor, instantShape } from './cursor.ts';
import { summaryColumns, type VersionSummary } from './model-versions.ts';

/** Models: names, and which of their versions is served. A change of that locks the model's row first, then its versions. */

type Transaction = TransactionSql<{ bigint: bigint }>;

export type ModelRow = typeof models.$inferSelect;

/** A model with the version that stands for it: the one that is served, else the newest. */
export type ShownModel = { model: ModelRow; shown: VersionSummary };

const newest = sql`(SELECT max(n.version) FROM crmbet.model_versions n WHERE n.tenant_id = ${models.tenantId} AND n.model_id = ${models.id})`;

const shownModels = ({ orm }: Database) =>
  orm
    .select({ model: models, shown: summaryColumns })
    .from(models)
    .innerJoin(
      modelVersions,
      and(
        eq(modelVersions.tenantId, models.tenantId),
        eq(modelVersions.modelId, models.id),
        eq(modelVersions.version, sql`coalesce(${models.activeVersion}, ${newest})`),
      ),
    );

export async function findModel(db: Database, tenantId: string, id: string): Promise<ShownModel | undefined> {
  const [row] = await shownModels(db).where(and(eq(models.tenantId, tenantId), eq(models.id, id)));
  return row;
}

export async function listModels(
  db: Database,
  tenantId: string,
  query: { limit: number; cursor?: string | undefined; purpose?: Purpose | undefined },
): Promise<ShownModel[]> {
  const after = decodeCursor(query.cursor, instantShape);
  const at = after === undefined ? undefined : new Date(after.value);
  return await shownModels(db)
    .where(
      and(
        eq(models.tenantId, tenantId),
        query.purpose === undefined ? undefined : eq(models.purpose, query.purpose),
        at === undefined || after === undefined
          ? undefined
          : or(lt(models.createdAt, at), and(eq(models.createdAt, at), lt(models.id, after.id))),
      ),
    )
    .orderBy(desc(models.createdAt), desc(models.id))
    .limit(query.limit + 1);
}

export async function insertModel(
  tx: Transaction,
  model: { id: string; tenantId: string; name: string; purpose: Purpose; createdAt: Date },
): Promise<void> {
  await tx`
    INSERT INTO crmbet.models (id, tenant_id, name, purpose, last_version, created_at)
    VALUES (${model.id}, ${model.tenantId}, ${model.name}, ${model.purpose}, 1, ${model.createdAt})`;
}

/** The number of a version that is about to be made; the model's row stays locked. Undefined where there is no such model. */
export async function takeVersion(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<number | undefined> {
  const [row] = await tx<{ last_version: number }[]>`
    UPDATE crmbet.models SET last_version = last_version + 1 WHERE tenant_id = ${tenantId} AND id = ${id}
    RETURNING last_version`;
  return row?.last_version;
}

export type Serving = {
  activeVersion: number | null;
  challengerVersion: number | null;
  challengerShare: number | null;
};

/** Which versions are served, held against others who would change it until the transaction ends. */
export async function lockModel(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<(Serving & { purpose: Purpose }) | undefined> {
  const [row] = await tx<
    {
      purpose: Purpose;
      active_version: number | null;
      challenger_version: number | null;
      challenger_share: number | null;
    }[]
  >`
    SELECT purpose, active_version, challenger_version, challenger_share FROM crmbet.models
    WHERE tenant_id = ${tenantId} AND id = ${id} FOR UPDATE`;
  if (row === undefined) return undefined;
  return {
    purpose: row.purpose,
    activeVersion: row.active_version,
    challengerVersion: row.challenger_version,
    challengerShare: row.challenger_share,
  };
}

export async function setServing(
  tx: Transaction,
  tenantId: string,
  id: string,
  { activeVersion, challengerVersion, challengerShare }: Serving,
): Promise<void> {
  await tx`
    UPDATE crmbet.models SET active_version = ${activeVersion}, challenger_version = ${challengerVersion},
      challenger_share = ${challengerShare}::real
    WHERE tenant_id = ${tenantId} AND id = ${id}`;
}

/** With its versions; what it said of players is deleted besides. */
export async function deleteModel(tx: Transaction, tenantId: string, id: string): Promise<void> {
  await tx`DELETE FROM crmbet.model_versions WHERE tenant_id = ${tenantId} AND model_id = ${id}`;
  await tx`DELETE FROM crmbet.models WHERE tenant_id = ${tenantId} AND id = ${id}`;
}
