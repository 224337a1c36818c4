import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Progress } from '../progress.ts';
import { eventIds } from './event-ids.ts';
import { ImportFailure } from './failure.ts';
import { guess } from './guess.ts';
import { envelopeMapper } from './map-envelope.ts';
import { type MappedRow, rowMapper } from './map-row.ts';
import { columnsOf, type Mapping, maps } from './mapping.ts';
import { readCsv } from './read-csv.ts';
import { readLines, unreadable } from './read-lines.ts';
import { readNdjson } from './read-ndjson.ts';
import { RejectsFile } from './rejects-file.ts';
import type { Reject, Row, RowOrReject } from './row.ts';
import { createSender, type Outcome, type SenderOptions } from './sender.ts';
import type { Target } from './target.ts';

export type ImportOptions = {
  file: string;
  mapping: Mapping;
  target: Target;
  /** True writes state without triggering any action. */
  replay: boolean;
  progress: Progress;
  /** Stops reading; what is in flight is still answered for. */
  stop: AbortSignal;
  /** Gives up what is in flight too. */
  abort: AbortSignal;
  delay?: SenderOptions['delay'];
};

export type ImportReport = {
  /** Lines that were taken up: neither blank nor the header. */
  read: number;
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
  seconds: number;
  /** Lines whose fate is known, a second. */
  rowsPerSecond: number;
  rejectsFile: string | undefined;
  rejectsByCode: Record<string, number>;
  /** Why the end of the file was not reached. */
  failure: ImportFailure | undefined;
  stopped: boolean;
};

type Item = { line: number; raw: string; json: string };

const batchRows = 1_000;
const batchBytes = 2_000_000;
const batchesInFlight = 4;

/**
 * Reads a file to events and sends them, some batches at a time.
 *
 * @throws {ImportFailure} before anything was sent: the file or the mapping will not do
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const { file, mapping, target, replay, progress, stop, abort } = options;
  const size = await sizeOf(file);
  let bytes = 0;
  const rows = await openRows(file, mapping, {
    signal: stop,
    onBytes: (n) => {
      bytes = n;
    },
  });
  const startedAt = performance.now();
  const step = progress.step(`Importing ${basename(file)}`, { unit: 'rows' });
  const send = createSender({
    target,
    replay,
    signal: abort,
    ...(options.delay ? { delay: options.delay } : {}),
  });
  const rejects = new RejectsFile(file);
  const counts = { read: 0, accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  const inFlight = new Set<Promise<void>>();
  let failure: ImportFailure | undefined;

  const known = () => counts.accepted + counts.duplicate + counts.conflict + counts.rejected;
  const tell = () =>
    step.update(known(), bytes === 0 ? undefined : Math.round((counts.read * Math.max(size, bytes)) / bytes));

  const deliver = async (batch: Item[]): Promise<void> => {
    const results = await send(batch.map(({ json }) => json));
    const refused: Reject[] = [];
    batch.forEach(({ line, raw }, i) => {
      const outcome = results[i];
      if (outcome === undefined) return;
      counts[outcome.status] += 1;
      if (outcome.status === 'conflict' || outcome.status === 'rejected')
        refused.push({ line, raw, ...reasonOf(outcome) });
    });
    await rejects.add(refused);
    tell();
  };
  const launch = async (batch: Item[]): Promise<void> => {
    const delivery: Promise<void> = deliver(batch)
      .catch((error: unknown) => {
        failure ??= asFailure(error);
      })
      .finally(() => inFlight.delete(delivery));
    inFlight.add(delivery);
    while (inFlight.size >= batchesInFlight) await Promise.race(inFlight);
  };

  try {
    let batch: Item[] = [];
    let batchSize = 0;
    reading: for await (const mapped of rows) {
      counts.read += mapped.length;
      const refused = mapped.flatMap((item) => ('reject' in item ? [item.reject] : []));
      counts.rejected += refused.length;
      await rejects.add(refused);
      for (const item of mapped) {
        if ('reject' in item) continue;
        batch.push(item);
        batchSize += item.json.length;
        if (batch.length < batchRows && batchSize < batchBytes) continue;
        await launch(batch);
        batch = [];
        batchSize = 0;
        if (failure !== undefined || stop.aborted) break reading;
      }
      tell();
    }
    if (batch.length > 0 && failure === undefined && !stop.aborted) await launch(batch);
  } catch (error) {
    failure ??= asFailure(error);
  }
  await Promise.all(inFlight);
  const stopped = stop.aborted;
  await rejects.close(failure === undefined && !stopped);
  if (failure === undefined && !stopped) step.done(`${counts.read.toLocaleString('en-US')} rows`);
  else step.fail(stopped ? 'stopped' : undefined);

  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    read: counts.read,
    accepted: counts.accepted,
    duplicates: counts.duplicate,
    conflicts: counts.conflict,
    rejected: counts.rejected,
    seconds,
    rowsPerSecond: known() / Math.max(seconds, 0.001),
    rejectsFile: rejects.count > 0 ? rejects.path : undefined,
    rejectsByCode: Object.fromEntries(rejects.byCode),
    failure: stopped ? undefined : failure,
    stopped,
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function openRows(
  file: string,
  mapping: Mapping,
  reading: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<AsyncIterable<MappedRow[]>> {
  const guessed = await guess(file);
  const format = mapping.format ?? guessed.format;
  const idOf = eventIds(mapping.source ?? 'import');
  const map = format === 'ndjson' && !maps(mapping) ? envelopeMapper(idOf) : rowMapper(mapping, idOf);
  const lines = readLines(file, reading);
  const rows =
    format === 'ndjson'
      ? readNdjson(lines)
      : readCsv(lines, {
          delimiter: delimiterOf(mapping.delimiter) ?? guessed.delimiter,
          columns: mapping.columns,
          needed: columnsOf(mapping),
        });
  return mapRows(rows, map);
}

async function* mapRows(
  rows: AsyncIterable<RowOrReject[]>,
  map: (row: Row) => MappedRow,
): AsyncGenerator<MappedRow[]> {
  for await (const some of rows) {
    yield some.map((item) => {
      const { line, raw } = 'reject' in item ? item.reject : item.row;
      if (raw.includes('\ufffd')) {
        return { reject: { line, code: 'not_utf8', reason: 'The line is not UTF-8.', raw } };
      }
      return 'reject' in item ? item : map(item.row);
    });
  }
}

function delimiterOf(given: string | undefined): string | undefined {
  if (given === undefined || given === 'whitespace') return given;
  if (given === 'tab' || given === '\\t') return '\t';
  if ([...given].length === 1 && !/["\r\n]/.test(given)) return given;
  throw new ImportFailure(
    `The delimiter is one character, "tab" or "whitespace", not ${JSON.stringify(given)}.`,
  );
}

function reasonOf({ status, code, reason }: Outcome): { code: string; reason: string } {
  if (status === 'conflict') {
    return {
      code: code ?? 'event_conflict',
      reason: reason ?? 'The id is taken by an event with another body.',
    };
  }
  return { code: code ?? 'event_invalid', reason: reason ?? 'The gateway refused the event.' };
}

const asFailure = (error: unknown): ImportFailure =>
  error instanceof ImportFailure
    ? error
    : new ImportFailure(`The import broke off: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
