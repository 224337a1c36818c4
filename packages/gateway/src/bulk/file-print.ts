import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';

const samples = 256;
const sampleBytes = 16_384;

/**
 * Tells files apart: of the size, and of the content at 256 places that spread over all of it. A file of up to 4 MiB is read whole; of a larger
 * one two versions that differ between the samples only are told apart by `changedAt`.
 */
export async function filePrint(file: string): Promise<{ content: string; changedAt: number }> {
  const { size, mtimeMs } = await stat(file);
  const hash = createHash('sha256').update(String(size));
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(sampleBytes);
    const step = Math.max(sampleBytes, Math.floor((size - sampleBytes) / (samples - 1)));
    for (let at = 0; at < size; at += step) {
      const { bytesRead } = await handle.read(bytes, 0, sampleBytes, at);
      hash.update(bytes.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
  return { content: hash.digest('hex'), changedAt: Math.floor(mtimeMs) };
}
