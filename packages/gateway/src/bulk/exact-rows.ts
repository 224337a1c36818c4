import { createHash } from 'node:crypto';
import { envelopeMapper } from '../cli/import/map-envelope.ts';
import { rowMapper } from '../cli/import/map-row.ts';
import type { Mapping } from '../cli/import/mapping.ts';
import { readCsv } from '../cli/import/read-csv.ts';
import { type Line, longestLine } from '../cli/import/read-lines.ts';
import { readNdjson } from '../cli/import/read-ndjson.ts';
import type { Reject, Row, RowOrReject } from '../cli/import/row.ts';
import type { BatchItem } from '../ingest/batch-item.ts';
import { bodyHash } from '../ingest/body-hash.ts';
import { checkEvent } from '../ingest/check-event.ts';
import type { Piece } from './pieces.ts';

/** Rows that SQL did not judge to the end, read and checked like those that come over HTTP. */

export type TextFormat = {
  kind: 'csv' | 'ndjson';
  delimiter: string;
  columns: readonly string[];
};

const newline = 0x0a;

/**
 * The lines of a piece, numbered from `firstLine`; with `places`, only those of the rows at these places, where a row is a line that
 * is not empty.
 */
function* linesOf(
  bytes: Buffer,
  firstLine: number,
  places: ReadonlySet<number> | undefined,
): Generator<Line[]> {
  let lines: Line[] = [];
  let line = firstLine;
  let place = 0;
  for (let from = 0; from < bytes.length; line += 1) {
    const at = bytes.indexOf(newline, from);
    const end = at === -1 ? bytes.length : at;
    const ended = bytes[end - 1] === 0x0d && end > from ? end - 1 : end;
    const isEmpty = ended === from;
    if (places === undefined || (!isEmpty && places.has(place))) {
      const tooLong = ended - from > longestLine;
      lines.push({ line, text: bytes.toString('utf8', from, tooLong ? from + 1_000 : ended), tooLong });
      if (lines.length >= 1_000) {
        yield lines;
        lines = [];
      }
    }
    if (!isEmpty) place += 1;
    from = end + 1;
  }
  if (lines.length > 0) yield lines;
}

async function* given<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** The rows of a piece as the exact readers read them; with `places`, those only. */
export async function readExactly(
  piece: Pick<Piece, 'bytes' | 'quoted' | 'odd'>,
  firstLine: number,
  format: TextFormat,
  needed: string[],
  places: ReadonlySet<number> | undefined,
): Promise<RowOrReject[]> {
  // Where a value may run over lines, a place is a record: all are read, and the others left.
  const byRecord = format.kind === 'csv' && piece.quoted && places !== undefined;
  const lines = given(linesOf(piece.bytes, firstLine, byRecord ? undefined : places));
  const read =
    format.kind === 'ndjson'
      ? readNdjson(lines)
      : readCsv(lines, { delimiter: format.delimiter, columns: [...format.columns], needed });
  const rows: RowOrReject[] = [];
  let place = -1;
  for await (const some of read) {
    for (const row of some) {
      place += 1;
      if (!byRecord || places.has(place)) rows.push(row);
    }
  }
  return rows;
}

/** Numbers equal rows, as `cli/import/event-ids` does over a whole file: `before` tells how many came in earlier pieces. */
export type Twins = { before(keys: readonly string[]): Promise<ReadonlyMap<string, number>> };

/** The 48 bits of a digest by which rows count as equal: the last twelve of its hexadecimal digits but one, as event-ids has it. */
export const twinKeyOf = (digestHex: string): string => digestHex.slice(52, 64);

const digestOf = (source: string, content: string): string =>
  createHash('sha256').update(source).update('\0').update(content).digest('hex');

export type ExactOptions = {
  mapping: Mapping;
  isEnvelope: boolean;
  /** Of ids that are made of rows. */
  source: string;
  now: number;
  earliest: number;
  playerIdOf(player: string): string;
};

export type Judged = {
  items: { line: number; raw: string; item: BatchItem }[];
  rejects: Reject[];
  keys: string[];
};

/** Maps and checks rows: what is an event, and what is not and why. */
export async function judgeExactly(
  rows: readonly RowOrReject[],
  options: ExactOptions,
  twins: Twins,
): Promise<Judged> {
  const { mapping, isEnvelope, source, now, earliest, playerIdOf } = options;
  const derives = (row: Row) => (isEnvelope ? row.get('id') === undefined : mapping.id === undefined);
  const digests = new Map<Row, string>();
  for (const of of rows)
    if ('row' in of && derives(of.row)) digests.set(of.row, digestOf(source, of.row.content));
  const keys = [...digests.values()].map(twinKeyOf);
  const seen = new Map(await twins.before([...new Set(keys)]));
  let current: Row | undefined;
  const idOf = (): string => {
    const digest = current === undefined ? '' : (digests.get(current) ?? '');
    const key = twinKeyOf(digest);
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    return idOfDigest(source, digest, occurrence);
  };
  const map = isEnvelope ? envelopeMapper(idOf) : rowMapper(mapping, idOf);
  const judged: Judged = { items: [], rejects: [], keys };
  for (const of of rows) {
    const { line, raw } = 'reject' in of ? of.reject : of.row;
    if (raw.includes('\ufffd')) {
      judged.rejects.push({ line, code: 'not_utf8', reason: 'The line is not UTF-8.', raw });
      continue;
    }
    if ('reject' in of) {
      judged.rejects.push(of.reject);
      continue;
    }
    current = of.row;
    const mapped = map(of.row);
    if ('reject' in mapped) {
      judged.rejects.push(mapped.reject);
      continue;
    }
    const checked = checkEvent(parse(mapped.json), { now, earliest });
    if (checked.ok) {
      const { event, json } = checked;
      event.replay = true;
      judged.items.push({
        line,
        raw,
        item: { playerId: playerIdOf(event.player), event, json, hash: bodyHash(event, json) },
      });
    } else {
      const reason = checked.refusal.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
      judged.rejects.push({ line, code: checked.refusal.code, reason, raw });
    }
  }
  return judged;
}

/** The id of a row that has none, as `cli/import/event-ids` makes it. */
export function idOfDigest(source: string, digestHex: string, occurrence: number): string {
  const id = `${source}:${Buffer.from(digestHex.slice(0, 36), 'hex').toString('base64url')}`;
  return occurrence === 1 ? id : `${id}:${occurrence}`;
}

/** What a mapper or a file says is JSON: a line that is an event already has been parsed once. */
const parse = (json: string): unknown => JSON.parse(json);
