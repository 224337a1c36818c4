import { uuidv7 } from '../auth/uuid-v7.ts';
import { ImportFailure } from '../cli/import/failure.ts';
import type { PostgresClient } from '../db/database.ts';
import type { Tx } from '../ingest/transaction.ts';
import { type LoadCounts, noLoadCounts } from './load-counts.ts';

/** How far a load of a file is. */
export type Checkpoint = {
  id: string;
  done: number;
  counts: LoadCounts;
  finished: boolean;
};

export type ImportKey = {
  tenantId: string;
  mode: 'events' | 'features';
  name: string;
  filePrint: string;
  /** The part of it that says nothing of dates. */
  content: string;
  mappingPrint: string;
  /** Where the first row begins, and the end of the last. */
  start: number;
  size: number;
};

type Row = { id: string; done: bigint; counts: Partial<LoadCounts>; finished_at: Date | null };

const toCheckpoint = (row: Row): Checkpoint => ({
  id: row.id,
  done: Number(row.done),
  counts: { ...noLoadCounts(), ...row.counts },
  finished: row.finished_at !== null,
});

/** The load of this file by this mapping: the one that was begun before, or a new one. */
export async function beginImport(sql: PostgresClient, key: ImportKey, now: Date): Promise<Checkpoint> {
  await sql`
    INSERT INTO crmbet.imports (id, tenant_id, mode, name, file_print, mapping_print, done, size, counts, started_at)
    VALUES (${uuidv7()}, ${key.tenantId}::uuid, ${key.mode}, ${key.name}, ${key.filePrint}, ${key.mappingPrint}, ${key.start},
      ${key.size}, ${sql.json(noLoadCounts())}, ${now})
    ON CONFLICT (tenant_id, mode, file_print, mapping_print) DO NOTHING`;
  const found = await findImport(sql, key);
  if (found === undefined) throw new Error('an import that was just begun is gone');
  return found;
}

export async function findImport(sql: PostgresClient, key: ImportKey): Promise<Checkpoint | undefined> {
  const [row] = await sql<Row[]>`
    SELECT id, done, counts, finished_at FROM crmbet.imports
    WHERE tenant_id = ${key.tenantId}::uuid AND mode = ${key.mode} AND file_print = ${key.filePrint}
      AND mapping_print = ${key.mappingPrint}`;
  return row === undefined ? undefined : toCheckpoint(row);
}

/** Whether something of the file is stored in the other way, by whatever mapping. */
export async function findOtherMode(
  sql: PostgresClient,
  { tenantId, mode, content }: ImportKey,
): Promise<boolean> {
  const [row] = await sql`
    SELECT 1 FROM crmbet.imports
    WHERE tenant_id = ${tenantId}::uuid AND mode <> ${mode} AND (counts ->> 'accepted')::bigint + (counts ->> 'duplicates')::bigint > 0
      AND split_part(file_print, ':', 1) = ${content} LIMIT 1`;
  return row !== undefined;
}

/**
 * Notes, within the transaction that stores it, that the file is stored from one offset to another.
 * @throws {ImportFailure} it was not at that offset: somebody else loads the same file
 */
export async function moveOn(
  tx: Tx,
  id: string,
  from: number,
  to: number,
  counts: LoadCounts,
): Promise<void> {
  const moved = await tx`
    UPDATE crmbet.imports SET done = ${to}, counts = ${tx.json(counts)}
    WHERE id = ${id}::uuid AND done = ${from}`;
  if (moved.count !== 1)
    throw new ImportFailure('Another import of the same file is running. Wait for it, or stop it.');
}

export async function finishImport(
  sql: PostgresClient,
  id: string,
  quality: unknown,
  now: Date,
): Promise<void> {
  await sql`
    UPDATE crmbet.imports SET finished_at = ${now}, quality = ${JSON.stringify(quality)}::text::jsonb
    WHERE id = ${id}::uuid`;
}

/** Begins a finished load of events anew; its rows will be duplicates. */
export async function beginAgain(sql: PostgresClient, id: string, start: number, now: Date): Promise<void> {
  await sql`
    UPDATE crmbet.imports SET done = ${start}, counts = ${sql.json(noLoadCounts())}, started_at = ${now}, finished_at = NULL
    WHERE id = ${id}::uuid`;
}

/** What the rows of the last finished load by this mapping looked like, other than this one. */
export async function lastQuality(
  sql: PostgresClient,
  key: ImportKey,
): Promise<{ name: string; finishedAt: Date; quality: unknown } | undefined> {
  const [row] = await sql<{ name: string; finished_at: Date; quality: unknown }[]>`
    SELECT name, finished_at, quality FROM crmbet.imports
    WHERE tenant_id = ${key.tenantId}::uuid AND mapping_print = ${key.mappingPrint} AND finished_at IS NOT NULL
      AND split_part(file_print, ':', 1) <> ${key.content} AND quality IS NOT NULL
    ORDER BY finished_at DESC LIMIT 1`;
  return row === undefined
    ? undefined
    : { name: row.name, finishedAt: row.finished_at, quality: row.quality };
}
