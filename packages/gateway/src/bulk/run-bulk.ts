import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { ImportFailure } from '../cli/import/failure.ts';
import type { Mapping } from '../cli/import/mapping.ts';
import { RejectsFile } from '../cli/import/rejects-file.ts';
import type { Progress } from '../cli/progress.ts';
import type { PostgresClient } from '../db/database.ts';
import { canonicalJson } from '../ingest/canonical-json.ts';
import type { Partitions } from '../ingest/partitions.ts';
import { Duck } from './duck.ts';
import { filePrint } from './file-print.ts';
import {
  beginAgain,
  beginImport,
  type Checkpoint,
  findOtherMode,
  finishImport,
  type ImportKey,
  lastQuality,
} from './import-record.ts';
import type { LoadContext, LoadTenant } from './load-context.ts';
import { type LoadCounts, noLoadCounts } from './load-counts.ts';
import { loadEvents } from './load-events.ts';
import { loadFeatures, makeNoGroups } from './load-features.ts';
import { createPlan } from './plan.ts';
import { type Drift, driftOf, Quality, QualityProbe, scoreOf } from './quality.ts';
import { openSource, type Share } from './source.ts';

export type BulkOptions = {
  file: string;
  mapping: Mapping;
  /** `features`: the sums alone; events and ids are not kept. */
  mode: 'events' | 'features';
  /** Everything is read and checked, nothing is written. */
  dryRun: boolean;
  sql: PostgresClient;
  partitions: Partitions;
  tenant: LoadTenant & { timeZone: string };
  /** The first instant that is still taken. */
  earliest: number;
  progress: Progress;
  stop: AbortSignal;
  /** Tests take smaller ones, to have several. */
  pieceBytes?: number;
  /** Bytes or rows of one transaction of a load of features. */
  unit?: number;
};

export type BulkReport = LoadCounts & {
  file: string;
  mode: 'events' | 'features';
  dryRun: boolean;
  seconds: number;
  rowsPerSecond: number;
  /** Of the file, of what this run has read of it. */
  megabytesPerSecond: number;
  /** An earlier run was gone on with. */
  resumed: boolean;
  rejectsFile: string | undefined;
  rejectsByCode: Record<string, number>;
  quality: Quality;
  drift: Drift | undefined;
  score: number;
  stopped: boolean;
  failure: ImportFailure | undefined;
};

const aheadMs = 24 * 3_600_000;
/** Of features: large, for DuckDB's sake. Of events: small, so that several are being written and little is done twice. */
const defaultPieceBytes = { features: 64 * 1024 * 1024, events: 16 * 1024 * 1024 };
/** One is written while the next is read. */
const defaultUnit = 256 * 1024 * 1024;
/** Shares of a large file that are looked at for the report: one in so many. */
const lookAtOneIn = 8;
const rowsLookedAt = 50_000;

/**
 * Loads a file into the database by DuckDB and COPY. Called again with the same file it goes on where the last call ended, however
 * that came about.
 *
 * @throws {ImportFailure} before anything was written: the file or the mapping will not do, or the file was loaded in the other way
 */
export async function runBulk(options: BulkOptions): Promise<BulkReport> {
  const { file, mapping, mode, dryRun, sql, tenant, earliest, stop } = options;
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-import-'));
  const duck = await Duck.open({ threads: availableParallelism(), memoryBytes: memoryBytes(), folder });
  try {
    const source = await duck.use((connection) =>
      openSource({
        file,
        mapping,
        duck: connection,
        folder,
        pieceBytes: options.pieceBytes ?? defaultPieceBytes[mode],
      }),
    );
    try {
      const startedAt = performance.now();
      const now = Date.now();
      const plan = source.isEnvelope
        ? undefined
        : createPlan({
            mapping,
            columns: source.columns,
            isJson: source.isJson,
            timeZone: tenant.timeZone,
            timeShapes: source.timeShapes,
            currencies: source.currencies,
            earliest,
            latest: now + aheadMs,
          });
      const key = await keyOf(options, source);
      const begun = dryRun ? undefined : await begin(sql, key);
      const checkpoint: Checkpoint = begun ?? {
        id: '',
        done: source.start,
        counts: noLoadCounts(),
        finished: false,
      };
      const from = checkpoint.done;
      const rejects = new RejectsFile(file);
      const probe = new QualityProbe(plan, source.columns);
      const step = options.progress.step(`${dryRun ? 'Checking' : 'Importing'} ${basename(file)}`, {
        unit: 'rows',
      });
      let rejecting: Promise<void> = Promise.resolve();
      const context: LoadContext = {
        sql,
        duck,
        partitions: options.partitions,
        tenant,
        source,
        plan,
        mapping,
        now,
        earliest,
        dryRun,
        onRejects: (some) => {
          // One after the other: the file is opened by the first.
          rejecting = rejecting.then(() => rejects.add(some));
          return rejecting;
        },
      };
      let shares = 0;
      const watch = {
        checkpoint,
        stop,
        onProgress: (at: number, { read }: LoadCounts) => {
          const share = (at - source.start) / Math.max(1, source.size - source.start);
          step.update(read, share > 0 ? Math.round(read / share) : undefined);
        },
        onShare: async (share: Share, connection: Parameters<QualityProbe['look']>[1]) => {
          shares += 1;
          if (dryRun) await probe.look(share, connection, Number.POSITIVE_INFINITY);
          else if (shares % lookAtOneIn === 1) await probe.look(share, connection, rowsLookedAt);
        },
      };
      let failure: ImportFailure | undefined;
      let counts: LoadCounts = { ...checkpoint.counts };
      try {
        if (mode === 'features') {
          await duck.use((connection) => connection.run(makeNoGroups));
          counts = await loadFeatures(context, { ...watch, unit: options.unit ?? defaultUnit, readers: 2 });
        } else counts = await loadEvents(context, { ...watch, connections: 3 });
      } catch (error) {
        failure = asFailure(error);
      }
      const stopped = stop.aborted && failure === undefined;
      const complete = failure === undefined && !stopped;
      await rejects.close(complete && from === source.start);
      const quality = await duck.use((connection) => probe.report(connection));
      const before = await lastQuality(sql, key);
      const known = Quality.safeParse(before?.quality);
      const drift = before !== undefined && known.success ? driftOf(quality, known.data, before) : undefined;
      if (complete && !dryRun) {
        await finishImport(sql, checkpoint.id, quality, new Date());
        // Whoever keeps the segments looks at everybody again; a replay is announced to nobody.
        await sql.notify(
          'crmbet_touched',
          JSON.stringify({ tenant: tenant.id, live: [], replay: [], all: 'replay' }),
        );
      }
      if (complete) step.done(`${counts.read.toLocaleString('en-US')} rows`);
      else step.fail(stopped ? 'stopped' : undefined);
      const seconds = (performance.now() - startedAt) / 1_000;
      const bytes = (await stat(file)).size * ((source.size - from) / Math.max(1, source.size));
      return {
        ...counts,
        file,
        mode,
        dryRun,
        seconds,
        rowsPerSecond: (counts.read - checkpoint.counts.read) / Math.max(seconds, 0.001),
        megabytesPerSecond: complete ? bytes / 1e6 / Math.max(seconds, 0.001) : 0,
        resumed: from > source.start,
        rejectsFile: rejects.count > 0 ? rejects.path : undefined,
        rejectsByCode: Object.fromEntries(rejects.byCode),
        quality,
        drift,
        score: scoreOf(counts, quality, neededBy(mapping), drift),
        stopped,
        failure,
      };
    } finally {
      await source.close();
    }
  } finally {
    duck.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Columns that no row may leave empty. */
const neededBy = ({ player, time, typeColumn, id, amount }: Mapping): string[] =>
  [player, time, typeColumn, id, amount].filter((column) => column !== undefined);

/** Half of what this machine, or container, has: the database needs the rest. */
function memoryBytes(): number {
  const allowed = process.constrainedMemory();
  return Math.floor((allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()) / 2);
}

async function keyOf(
  { file, mapping, mode, tenant }: BulkOptions,
  source: { start: number; size: number },
): Promise<ImportKey> {
  const { content, changedAt } = await filePrint(file);
  return {
    tenantId: tenant.id,
    mode,
    name: basename(file),
    // Sums cannot be told from sums: the same content is never loaded twice, whatever its date. Events can.
    filePrint: mode === 'features' ? content : `${content}:${changedAt}`,
    content,
    mappingPrint: createHash('sha256').update(canonicalJson(mapping)).digest('hex'),
    start: source.start,
    size: source.size,
  };
}

async function begin(sql: PostgresClient, key: ImportKey): Promise<Checkpoint> {
  const other = await findOtherMode(sql, key);
  if (other) {
    throw new ImportFailure(
      key.mode === 'features'
        ? 'Events of this file are stored, and their sums with them: loading its sums as well would count everything twice.'
        : 'The sums of this file were loaded with --features-only: loading its events as well would count everything twice.',
    );
  }
  const checkpoint = await beginImport(sql, key, new Date());
  if (!checkpoint.finished) return checkpoint;
  if (key.mode === 'features')
    throw new ImportFailure(
      'The sums of this file are in already. Without its ids nobody could tell what is new in it.',
    );
  await beginAgain(sql, checkpoint.id, key.start, new Date());
  return { ...checkpoint, done: key.start, counts: noLoadCounts(), finished: false };
}

const asFailure = (error: unknown): ImportFailure =>
  error instanceof ImportFailure
    ? error
    : new ImportFailure(`The import broke off: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
