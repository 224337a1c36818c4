import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { getTableName, is, SQL } from 'drizzle-orm';
import { getTableConfig, PgDialect, PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { columnGroups } from '../ingest/column-groups.ts';
import { dayUpsert } from '../ingest/upsert-days.ts';
import { stateUpsert } from '../ingest/upsert-state.ts';
import { placement } from './placement.ts';
import * as schema from './schema/index.ts';

/** The rules that let one schema and one SQL run on plain PostgreSQL and on a cluster; what CI can see of them. */

const source = join(import.meta.dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing/'))
  .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }));

const tables = Object.entries(schema).flatMap(([name, value]) =>
  is(value, PgTable) ? [{ name, config: getTableConfig(value) }] : [],
);
const migrations = join(import.meta.dirname, 'migrations');

/** The import speaks to DuckDB as well, which is in our own process: only what names our tables is for PostgreSQL there. */
const isForPostgres = (file: string, sql: string) => !file.startsWith('bulk/') || /\bcrmbet\./.test(sql);

/** Text of SQL in the source: template literals and strings that hold a keyword of it. */
const statements = files.flatMap(({ file, text }) =>
  [...text.matchAll(/`(?:[^`\\]|\\.)*`/gs)]
    .map(([literal]) => ({ file, sql: withoutInterpolations(literal) }))
    .filter(({ sql }) => /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|SET)\b|\bexcluded\./.test(sql))
    .filter(({ sql }) => isForPostgres(file, sql)),
);

/** Upserts that are put together when they are first needed, for every set of columns. */
const madeUpserts = Array.from({ length: 2 ** columnGroups.length }, (_, mask) => [
  { file: 'ingest/upsert-state.ts', sql: stateUpsert(mask) },
  { file: 'ingest/upsert-days.ts', sql: dayUpsert(mask) },
]).flat();

/** Values are passed, never written into the text: what is put in is one, or a clause that is scanned where it stands. */
function withoutInterpolations(sql: string): string {
  const shorter = sql.replace(/\$\{[^{}]*\}/g, '?');
  return shorter === sql ? sql : withoutInterpolations(shorter);
}

/** Functions whose value depends on when or where they run. */
const stable =
  /\b(now|transaction_timestamp|statement_timestamp|clock_timestamp|to_jsonb|to_json|current_setting|random|gen_random_uuid|timezone|age)\b\s*\(|\bcurrent_(date|timestamp)\b/i;

/** A table with players in it, read or written. */
const ofPlayers =
  /\bcrmbet\.(players|player_state|player_day|segment_members|player_clusters|player_scores|restrictions|event_ids|events)\b/;

/** What stands between a clause and the next one. */
const clauses = (sql: string, begin: RegExp): string[] =>
  [
    ...sql.matchAll(
      new RegExp(`${begin.source}([\\s\\S]*?)(?=\\bWHERE\\b|\\bRETURNING\\b|\\bFROM\\b|\`|$)`, 'g'),
    ),
  ].map(([, body]) => body ?? '');

describe('the placement of tables', () => {
  it('names every table of the schema, and no other', () => {
    expect(Object.keys(placement).sort()).toEqual(tables.map(({ name }) => name).sort());
    expect(tables.length).toBeGreaterThan(12);
  });

  it('is in a schema of our own', () => {
    for (const { config } of tables) expect(config.schema, config.name).toBe('crmbet');
  });
});

describe('a table that is distributed', () => {
  const distributed = tables.filter(({ name }) =>
    Object.entries(placement).some(([key, of]) => key === name && typeof of === 'object'),
  );

  it.each(distributed.map(({ name, config }) => [name, config] as const))(
    '%s starts with tenant and player, in its columns, key, and every unique thing',
    (_, config) => {
      expect(config.columns.slice(0, 2).map(({ name }) => name)).toEqual(['tenant_id', 'player_id']);
      // An event stands here once because the ledger of ids says so; a key would be a second look on every row.
      expect(config.primaryKeys).toHaveLength(config.name === 'events' ? 0 : 1);
      for (const key of config.primaryKeys)
        expect(key.columns.slice(0, 2).map(({ name }) => name)).toEqual(['tenant_id', 'player_id']);
      for (const unique of config.uniqueConstraints)
        expect(unique.columns.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['tenant_id', 'player_id']),
        );
      for (const column of config.columns) expect(column.isUnique, column.name).toBe(false);
      for (const key of config.foreignKeys)
        expect(key.reference().columns.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['tenant_id', 'player_id']),
        );
    },
  );

  it('is every table that has a player in it', () => {
    const withPlayer = tables
      .filter(({ config }) => config.columns.some(({ name }) => name === 'player_id'))
      .map(({ name }) => name);
    expect(distributed.map(({ name }) => name).sort()).toEqual(withPlayer.sort());
  });
});

describe('every table', () => {
  it('has its ids and times from the application: a default is a constant', () => {
    const defaults = tables.flatMap(({ config }) =>
      config.columns.map((column) => {
        expect(column.columnType, `${config.name}.${column.name}`).not.toMatch(/Serial/);
        const { default: given } = column;
        return is(given, SQL) ? new PgDialect().sqlToQuery(given).sql : '';
      }),
    );
    // The counters begin at 0: such defaults are seen here.
    expect(defaults).toContain('0');
    for (const text of defaults) expect(text).not.toMatch(/\w\s*\(/);
  });
});

describe('a migration', () => {
  const sqlFiles = readdirSync(migrations).filter((file) => file.endsWith('.sql'));

  it.each(sqlFiles)('%s begins by asking for one shard after the other', (file) => {
    const text = readFileSync(join(migrations, file), 'utf8');
    const [first] = text.split('--> statement-breakpoint');
    expect(first?.trim()).toBe("SET LOCAL citus.multi_shard_modify_mode TO 'sequential';");
  });

  it.each(sqlFiles)('%s uses nothing that a cluster refuses', (file) => {
    const text = readFileSync(join(migrations, file), 'utf8');
    expect(text).not.toMatch(
      /\b(serial|bigserial|GENERATED .* AS IDENTITY|CREATE TRIGGER|CREATE RULE|EXCLUDE USING|LANGUAGE plpgsql)\b/i,
    );
    expect(text).not.toMatch(/"public"\./);
  });

  it('makes the tables that the schema describes', () => {
    const text = sqlFiles.map((file) => readFileSync(join(migrations, file), 'utf8')).join('\n');
    for (const { name } of tables) {
      const table = Object.entries(schema).find(([key]) => key === name)?.[1];
      if (is(table, PgTable)) expect(text).toContain(`CREATE TABLE "crmbet"."${getTableName(table)}"`);
    }
  });
});

describe('the SQL in the source', () => {
  it('is found by this scan', () => {
    const touched = new Set(statements.map(({ file }) => file));
    for (const file of [
      'ingest/ledger.ts',
      'ingest/upsert-state.ts',
      'ingest/upsert-days.ts',
      'db/queries/jobs.ts',
      'db/queries/segments.ts',
      'db/queries/models.ts',
    ])
      expect(touched).toContain(file);
    expect(statements.filter(({ sql }) => sql.includes('DO UPDATE SET')).length).toBeGreaterThan(3);
  });

  it('computes nothing stable in ON CONFLICT DO UPDATE SET, in UPDATE SET or in RETURNING', () => {
    for (const { file, sql } of statements) {
      for (const body of [
        ...clauses(sql, /DO UPDATE SET/),
        ...clauses(sql, /\bUPDATE\s+[\w.]+\s+(?:\w+\s+)?SET\b/),
        ...clauses(sql, /\bRETURNING\b/),
      ]) {
        expect(stable.test(body), `${file}: ${body}`).toBe(false);
      }
    }
  });

  it('computes nothing stable anywhere behind DO UPDATE, in whatever pieces it is put together', () => {
    const upserts = [...statements, ...madeUpserts].filter(({ sql }) => /\bexcluded\./.test(sql));
    for (const file of ['ingest/upsert-state.ts', 'ingest/upsert-days.ts', 'ingest/upsert-players.ts'])
      expect(upserts.map((upsert) => upsert.file)).toContain(file);
    for (const { file, sql } of upserts) {
      // A piece of a statement is all of it behind.
      const behind = sql.slice(Math.max(0, sql.indexOf('DO UPDATE SET')));
      expect(stable.test(behind), `${file}: ${behind}`).toBe(false);
    }
  });

  it('asks the application for the time, everywhere', () => {
    for (const { file, sql } of statements) {
      expect(
        /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(|\bCURRENT_(TIMESTAMP|DATE)\b|\bLOCALTIMESTAMP\b/i.test(
          sql,
        ),
        `${file}: ${sql}`,
      ).toBe(false);
    }
  });

  it('sets nothing for a session, skips no locks on players, and notifies without a table', () => {
    for (const { file, sql } of statements) {
      expect(/\bset_config\s*\(/i.test(sql), file).toBe(false);
      expect(/\bSET\s+SESSION\b/i.test(sql), file).toBe(false);
      expect(/SKIP LOCKED/i.test(sql), file).toBe(false);
      expect(/pg_notify[\s\S]*\bFROM\b/i.test(sql), file).toBe(false);
      // SET stands alone only as SET LOCAL.
      for (const [statement] of sql.matchAll(/[`;]\s*SET\s+\w+/g))
        expect(statement, file).toMatch(/SET LOCAL/);
    }
  });

  it('joins players only by both keys', () => {
    const players =
      'players|player_state|player_day|segment_members|player_clusters|player_scores|restrictions|event_ids|events';
    for (const { file, sql } of statements) {
      for (const [join, , condition = ''] of sql.matchAll(
        new RegExp(
          `JOIN crmbet\\.(${players})\\s[\\s\\S]*?(?:ON|USING)([\\s\\S]*?)(?=JOIN|WHERE|GROUP|ORDER|\`|$)`,
          'g',
        ),
      )) {
        expect(condition, `${file}: ${join}`).toMatch(/tenant_id[\s\S]*player_id/);
      }
    }
  });

  it('locks rows of no players: a lock is of one row of a table that every node has, or of a local one', () => {
    const locking = statements.filter(({ sql }) => /\bFOR (NO KEY )?(UPDATE|SHARE)\b/.test(sql));
    // The keeper of segments locks its segment: the scan sees such statements.
    expect(locking.map(({ file }) => file)).toContain('db/queries/segments.ts');
    for (const { file, sql } of locking) expect(sql, file).not.toMatch(ofPlayers);
  });

  it('asks for events only with a range of time', () => {
    const reading = statements.filter(({ sql }) => /\b(FROM|JOIN|UPDATE) crmbet\.events\b/.test(sql));
    expect(reading.length).toBeGreaterThan(0);
    for (const { file, sql } of reading) expect(sql, file).toMatch(/\boccurred_at\b/);
  });

  it('uses nothing that is refused across nodes', () => {
    for (const { file, sql } of statements)
      expect(sql, file).not.toMatch(/\b(GROUPING SETS|ROLLUP|CUBE)\b|\bWITH RECURSIVE\b/i);
  });

  it('makes no ids in the database', () => {
    for (const { file, sql } of statements)
      expect(sql, file).not.toMatch(/\b(gen_random_uuid|uuidv7|uuid_generate_\w+|nextval)\s*\(/i);
  });

  it('takes advisory locks in statements of their own, so that they are taken where they are asked for', () => {
    const locking = statements.filter(({ sql }) => /\bpg_(try_)?advisory\w*\s*\(/.test(sql));
    expect(locking.map(({ file }) => file)).toContain('processes/duty.ts');
    for (const { file, sql } of locking) expect(sql, file).not.toMatch(/\bFROM crmbet\./);
  });

  it('branches on no name of a constraint', () => {
    for (const { file, text } of files)
      expect(/constraint_name/.test(text), relative(source, file)).toBe(false);
  });
});
