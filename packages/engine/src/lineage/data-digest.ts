import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';

const sliceRows = 262_144;
const canonicalNaN = 0x7fc00000;

/** What `lineageOf` calls the data; how it is made up stands there, for other implementations. */
export async function dataDigest(matrix: FeatureMatrix, breathe: () => Promise<void>): Promise<string> {
  const columns: [name: string, digest: string][] = [];
  for (const [j, column] of matrix.columns().entries()) {
    columns.push([matrix.names[j] ?? '', await sha256(await canonicalBytes(column, breathe))]);
  }
  columns.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(['crmbet-matrix-1', matrix.rowCount, columns]);
  return `sha256:${await sha256(new TextEncoder().encode(text))}`;
}

async function canonicalBytes(
  column: Float32Array,
  breathe: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const view = new DataView(new ArrayBuffer(column.length * 4));
  for (let start = 0; start < column.length; start += sliceRows) {
    await breathe();
    const end = Math.min(start + sliceRows, column.length);
    for (let i = start; i < end; i++) {
      const value = column[i] ?? 0;
      if (Number.isNaN(value)) view.setUint32(i * 4, canonicalNaN, true);
      // Adding 0 leaves every number but −0 as it is.
      else view.setFloat32(i * 4, value + 0, true);
    }
  }
  return new Uint8Array(view.buffer);
}

/** @throws EngineError (as a rejection) `engine_crypto_unavailable` */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Absent from pages that are no secure context, whatever the types say.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new EngineError(
      'engine_crypto_unavailable',
      'SHA-256 is not to be had here: a page has it only over HTTPS or from localhost.',
    );
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
