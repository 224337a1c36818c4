import type { TransactionSql } from 'postgres';
import { plainArray } from '../array-literal.ts';
import type { Database } from '../database.ts';

export type PointRow = { external_id: string; x: number; y: number; cluster: number };

/** A sample that is the same at every call: player ids are hashes, so their order is as good as chance. */
export async function listPoints(
  { sql }: Database,
  of: { tenantId: string; modelId: string; version: number },
  limit: number,
): Promise<PointRow[]> {
  return await sql<PointRow[]>`
    SELECT p.external_id, c.x, c.y, c.cluster FROM crmbet.player_clusters c
    JOIN crmbet.players p ON p.tenant_id = c.tenant_id AND p.player_id = c.player_id
    WHERE c.tenant_id = ${of.tenantId} AND c.model_id = ${of.modelId} AND c.version = ${of.version}
    ORDER BY c.player_id LIMIT ${limit}`;
}

/** Where a version puts each player, row by row. */
export type Places = {
  /** Their uuids, 16 bytes each. */
  playerIds: Uint8Array;
  clusters: Int32Array;
  /** To the own centroid, in scaled space; 0 where the algorithm knows none. */
  distances: Float32Array;
  x: Float32Array;
  y: Float32Array;
};

/** To spell more at once would hold up the thread that answers requests. */
const rowsPerInsert = 2000;

/**
 * Replaces what the version said before.
 * @param between called after each slice with the share that is written, 0 to 1; what it throws ends the writing
 */
export async function replacePlaces(
  tx: TransactionSql<{ bigint: bigint }>,
  of: { tenantId: string; modelId: string; version: number },
  places: Places,
  between: (share: number) => void,
): Promise<void> {
  const { tenantId, modelId, version } = of;
  await deletePlaces(tx, of);
  const ids = Buffer.from(places.playerIds.buffer, places.playerIds.byteOffset, places.playerIds.byteLength);
  const count = places.clusters.length;
  for (let from = 0; from < count; from += rowsPerInsert) {
    const to = Math.min(count, from + rowsPerInsert);
    const uuids = Array.from({ length: to - from }, (_, row) =>
      ids.toString('hex', (from + row) * 16, (from + row + 1) * 16),
    );
    const part = (values: Int32Array | Float32Array) => plainArray(Array.from(values.subarray(from, to)));
    await tx`
      INSERT INTO crmbet.player_clusters (tenant_id, player_id, model_id, version, cluster, distance, x, y)
      SELECT ${tenantId}::uuid, u.p, ${modelId}::uuid, ${version}::integer, u.c, u.d, u.x, u.y FROM unnest(
        ${plainArray(uuids)}::text::uuid[], ${part(places.clusters)}::text::integer[],
        ${part(places.distances)}::text::real[], ${part(places.x)}::text::real[], ${part(places.y)}::text::real[]
      ) AS u (p, c, d, x, y)`;
    between(to / count);
  }
}

/** Of one version, or of all of a model. */
export async function deletePlaces(
  tx: TransactionSql<{ bigint: bigint }>,
  { tenantId, modelId, version }: { tenantId: string; modelId: string; version?: number },
): Promise<void> {
  await tx`
    DELETE FROM crmbet.player_clusters WHERE tenant_id = ${tenantId} AND model_id = ${modelId}
      ${version === undefined ? tx`` : tx`AND version = ${version}`}`;
}
