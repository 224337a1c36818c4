import { CRMBetError } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';

/** What each message begins with: four bytes of ones, then how long its metadata is; 0 is the end of the stream. */
const prefixBytes = 8;
const continuation = 0xffff_ffff;
/** Metadata names columns and buffers, and a body is one batch: more than this is no stream of the gateway. */
const mostMetadata = 16 * 1024 * 1024;
const mostBody = 1024 * 1024 * 1024;

/**
 * The messages of an Arrow IPC stream, each with `head` before it (Apache Arrow Columnar Format 1.5, "IPC Streaming Format"):
 * the schema first, then a record batch at a time. `head` is asked for once a message, since the first one may become it.
 *
 * @throws {CRMBetError} where the bytes are no such stream, or end before it does
 */
export async function* ipcMessages(
  bytes: ByteReader,
  head: () => Uint8Array,
): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const prefix = new Uint8Array(prefixBytes);
    await bytes.fill(prefix);
    const view = new DataView(prefix.buffer);
    const length = view.getInt32(4, true);
    if (view.getUint32(0, true) !== continuation || length < 0 || length > mostMetadata) throw notColumns();
    if (length === 0) return;
    const metadata = new Uint8Array(length);
    await bytes.fill(metadata);
    const before = head();
    const start = before.length + prefixBytes;
    const message = new Uint8Array(start + length + bodyLength(metadata));
    message.set(before);
    message.set(prefix, before.length);
    message.set(metadata, start);
    await bytes.fill(message.subarray(start + length));
    yield message;
  }
}

/** Field 3 of the table `Message` (format/Message.fbs): how many bytes follow the metadata. Absent means none. */
function bodyLength(metadata: Uint8Array): number {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  try {
    const table = view.getInt32(0, true);
    const fields = table - view.getInt32(table, true);
    const slot = 4 + 2 * 3;
    const at = view.getUint16(fields, true) > slot ? view.getUint16(fields + slot, true) : 0;
    const length = at === 0 ? 0 : Number(view.getBigInt64(table + at, true));
    if (length >= 0 && length <= mostBody) return length;
  } catch {
    // Offsets that lead out of the metadata.
  }
  throw notColumns();
}

const notColumns = (): CRMBetError => new CRMBetError('The answer is not an Arrow stream of columns.');
