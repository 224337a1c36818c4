import { bigint, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { crmbet } from './schema.ts';

/** Bulk loads: how far each is, so that one that was killed goes on, and what its rows looked like, to hold the next against. */
export const imports = crmbet.table(
  'imports',
  {
    id: uuid('id').primaryKey(),
    tenantId: uuid('tenant_id').notNull(),
    /** `events` keeps every event; `features` keeps their sums only. */
    mode: text('mode').$type<'events' | 'features'>().notNull(),
    /** Name of the file, without its folders. */
    name: text('name').notNull(),
    /** Of size, time of change and samples of the content (see bulk/file-print). */
    filePrint: text('file_print').notNull(),
    /** Of how its columns become events. */
    mappingPrint: text('mapping_print').notNull(),
    /** Bytes (of Parquet: rows) from the start of the file that are stored, and how many there are. */
    done: bigint('done', { mode: 'number' }).notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    /** What became of the rows of `done` (see bulk/load-counts). */
    counts: jsonb('counts').$type<Record<string, number>>().notNull(),
    /** What the rows looked like; once finished (see bulk/quality). */
    quality: jsonb('quality').$type<unknown>(),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (t) => [unique('imports_file').on(t.tenantId, t.mode, t.filePrint, t.mappingPrint)],
);
