import type { OnnxModel } from '@crmbet/engine';
import { and, desc, eq, getTableColumns, lt } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import type { TrainedVersion } from '../../jobs/trainers/trainer.ts';
import type { Algorithm } from '../../models/algorithms.ts';
import type { Database } from '../database.ts';
import { modelVersions } from '../schema/index.ts';
import { decodeCursor } from './cursor.ts';

type Transaction = TransactionSql<{ bigint: bigint }>;

export type VersionRow = typeof modelVersions.$inferSelect;

const { fitted: _fitted, onnx: _onnx, ...details } = getTableColumns(modelVersions);
const { profiles: _profiles, driftBaseline: _baseline, ...summary } = details;

/** Everything but what is large. */
export const summaryColumns = summary;

export type VersionSummary = Omit<VersionDetails, 'profiles' | 'driftBaseline'>;

/** Everything but the model itself, which may be megabytes. */
export type VersionDetails = Omit<VersionRow, 'fitted' | 'onnx'>;

export type VersionId = { tenantId: string; modelId: string; version: number };

const byId = ({ tenantId, modelId, version }: VersionId) =>
  and(
    eq(modelVersions.tenantId, tenantId),
    eq(modelVersions.modelId, modelId),
    eq(modelVersions.version, version),
  );

/** With its model, its file and its profiles. */
export async function findWholeVersion(
  { orm }: Pick<Database, 'orm'>,
  id: VersionId,
): Promise<VersionRow | undefined> {
  const [row] = await orm.select().from(modelVersions).where(byId(id));
  return row;
}

/** With its profiles and its baseline. */
export async function findVersionDetails(
  { orm }: Pick<Database, 'orm'>,
  id: VersionId,
): Promise<VersionDetails | undefined> {
  const [row] = await orm.select(details).from(modelVersions).where(byId(id));
  return row;
}

export async function findVersion(
  { orm }: Pick<Database, 'orm'>,
  id: VersionId,
): Promise<VersionSummary | undefined> {
  const [row] = await orm.select(summaryColumns).from(modelVersions).where(byId(id));
  return row;
}

const versionShape = /^\d{1,9}$/;

/** Newest first, of a model of the tenant. */
export async function listVersions(
  { orm }: Pick<Database, 'orm'>,
  { tenantId, modelId }: Omit<VersionId, 'version'>,
  query: { limit: number; cursor?: string | undefined },
): Promise<VersionSummary[]> {
  const after = decodeCursor(query.cursor, versionShape);
  return await orm
    .select(summaryColumns)
    .from(modelVersions)
    .where(
      and(
        eq(modelVersions.tenantId, tenantId),
        eq(modelVersions.modelId, modelId),
        after === undefined ? undefined : lt(modelVersions.version, Number(after.value)),
      ),
    )
    .orderBy(desc(modelVersions.version))
    .limit(query.limit + 1);
}

export type NewVersion = VersionId & {
  algorithm: Algorithm;
  parameters: Record<string, unknown>;
  features: readonly { id: string; version: number }[];
  seed: number;
  jobId: string;
  createdAt: Date;
};

export async function insertVersion(tx: Transaction, version: NewVersion): Promise<void> {
  await tx`
    INSERT INTO crmbet.model_versions (tenant_id, model_id, version, state, algorithm, parameters, features, feature_versions,
      seed, job_id, created_at)
    VALUES (${version.tenantId}, ${version.modelId}, ${version.version}, 'training', ${version.algorithm},
      ${JSON.stringify(version.parameters)}::text::jsonb, ${version.features.map(({ id }) => id)}::text[],
      ${version.features.map((feature) => feature.version)}::integer[], ${version.seed}::bigint, ${version.jobId},
      ${version.createdAt})`;
}

/** A model that others made, which is ready as it is. */
export async function insertBroughtVersion(
  tx: Transaction,
  version: VersionId & {
    features: readonly { id: string; version: number }[];
    fitted: OnnxModel;
    bytes: Uint8Array;
    jobId: string;
    createdAt: Date;
  },
): Promise<void> {
  await tx`
    INSERT INTO crmbet.model_versions (tenant_id, model_id, version, state, algorithm, parameters, features, feature_versions,
      seed, fitted, onnx, manifest, job_id, created_at, trained_at)
    VALUES (${version.tenantId}, ${version.modelId}, ${version.version}, 'ready', 'onnx', '{}'::jsonb,
      ${version.features.map(({ id }) => id)}::text[], ${version.features.map((feature) => feature.version)}::integer[], 0,
      ${JSON.stringify(version.fitted)}::text::jsonb, ${Buffer.from(version.bytes)}, ${JSON.stringify(version.fitted.manifest)}::text::jsonb,
      ${version.jobId}, ${version.createdAt}, ${version.createdAt})`;
}

/** What a training brought. The version is ready afterwards. */
export async function fillVersion(
  tx: Transaction,
  { tenantId, modelId, version }: VersionId,
  trained: Omit<TrainedVersion, 'playerIds' | 'outputs' | 'projection'>,
  now: Date,
): Promise<void> {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await tx`
    UPDATE crmbet.model_versions SET state = 'ready', trained_at = ${now}, players = ${trained.lineage.players},
      device = ${trained.lineage.device}, fitted = ${json(trained.fitted)}::text::jsonb,
      profiles = ${json(trained.profiles)}::text::jsonb, metrics = ${json(trained.metrics)}::text::jsonb,
      lineage = ${json(trained.lineage)}::text::jsonb, drift_baseline = ${json(trained.driftBaseline)}::text::jsonb
    WHERE tenant_id = ${tenantId} AND model_id = ${modelId} AND version = ${version}`;
}

export async function notePromotion(tx: Transaction, id: VersionId, now: Date): Promise<void> {
  await tx`
    UPDATE crmbet.model_versions SET promoted_at = ${now}
    WHERE tenant_id = ${id.tenantId} AND model_id = ${id.modelId} AND version = ${id.version}`;
}

/** Of a version that was rolled back from: no later way back leads to it. */
export async function forgetPromotion(tx: Transaction, id: VersionId): Promise<void> {
  await tx`
    UPDATE crmbet.model_versions SET promoted_at = NULL
    WHERE tenant_id = ${id.tenantId} AND model_id = ${id.modelId} AND version = ${id.version}`;
}

export async function stateOfVersion(
  tx: Transaction,
  id: VersionId,
): Promise<VersionRow['state'] | undefined> {
  const [row] = await tx<{ state: VersionRow['state'] }[]>`
    SELECT state FROM crmbet.model_versions
    WHERE tenant_id = ${id.tenantId} AND model_id = ${id.modelId} AND version = ${id.version}`;
  return row?.state;
}

/** The version that was promoted last before this one was. */
export async function promotedBefore(tx: Transaction, id: VersionId): Promise<number | undefined> {
  const [row] = await tx<{ version: number }[]>`
    SELECT p.version FROM crmbet.model_versions p
    JOIN crmbet.model_versions a ON a.tenant_id = p.tenant_id AND a.model_id = p.model_id AND a.version = ${id.version}
    WHERE p.tenant_id = ${id.tenantId} AND p.model_id = ${id.modelId} AND p.version <> a.version AND p.promoted_at < a.promoted_at
    ORDER BY p.promoted_at DESC, p.version DESC LIMIT 1`;
  return row?.version;
}

export async function deleteVersion(tx: Transaction, id: VersionId): Promise<void> {
  await tx`
    DELETE FROM crmbet.model_versions
    WHERE tenant_id = ${id.tenantId} AND model_id = ${id.modelId} AND version = ${id.version}`;
}

export async function countVersions(tx: Transaction, { tenantId, modelId }: VersionId): Promise<number> {
  const [row] = await tx<{ versions: number }[]>`
    SELECT count(*)::integer AS versions FROM crmbet.model_versions WHERE tenant_id = ${tenantId} AND model_id = ${modelId}`;
  return row?.versions ?? 0;
}

export async function isTraining(tx: Transaction, tenantId: string, modelId: string): Promise<boolean> {
  const rows = await tx`
    SELECT 1 FROM crmbet.model_versions
    WHERE tenant_id = ${tenantId} AND model_id = ${modelId} AND state = 'training' LIMIT 1`;
  return rows.length > 0;
}
