import { createHash } from 'node:crypto';
import { exportOnnx } from '@crmbet/engine';
import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/database.ts';
import { findWholeVersion } from '../../db/queries/model-versions.ts';
import { findModel } from '../../db/queries/models.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';

/** A version as a file. The same version is the same file for ever, to the byte. */
export type OnnxFile = { bytes: Uint8Array<ArrayBuffer>; fileName: string; etag: string };

/**
 * What was brought as it came; what was trained here with its scaling inside, so that it takes the features as they are.
 * @throws CrmbetError `not_found`, `model_not_ready`
 */
export async function onnxFile(
  db: Database,
  { tenantId }: Principal,
  modelId: string,
  version: number,
): Promise<OnnxFile> {
  const row = found(await findWholeVersion(db, { tenantId, modelId, version }), 'model version');
  const { model } = found(await findModel(db, tenantId, modelId), 'model version');
  if (row.state !== 'ready') throw new CrmbetError('model_not_ready', `The version is ${row.state}.`);
  if (row.onnx === null && row.fitted === null) throw new Error('a version that is ready has a model');
  const bytes = Uint8Array.from(row.onnx ?? (row.fitted === null ? [] : exportOnnx(row.fitted)));
  return {
    bytes,
    // Letters that every file system and header takes.
    fileName: `${model.name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'model'}-v${version}.onnx`,
    etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
  };
}
