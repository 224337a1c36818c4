import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect } from '../db/database.ts';
import { distribute } from '../db/distribute.ts';
import { startProcess } from '../testing/gateway-process.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sentenceFor } from './db-distribute.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** On a cluster the database of a test was distributed when it was made. */
const nothing = inject('isCluster')
  ? { result: { isCluster: true, done: [] }, sentence: /^The tables are distributed by player already/ }
  : {
      result: { isCluster: false },
      sentence: /^This database has no Citus extension: .*nothing was changed/,
    };

it('changes nothing on a plain database, nor on one that is distributed, and says so', async () => {
  const db = connect(database.url, { max: 2 });
  const result = await distribute(db.sql, 'player');
  await db.close();
  expect(result).toEqual(nothing.result);
  expect(sentenceFor(result, 'player')).toMatch(nothing.sentence);
});

it('is a command, for the two keys there are', async () => {
  const done = startProcess(['db', 'distribute', '--by', 'player'], { DATABASE_URL: database.url });
  expect(await done.exited).toEqual({ code: 0, signal: null });
  expect(done.said).toEqual([expect.stringMatching(nothing.sentence)]);
  const refused = startProcess(['db', 'distribute', '--by', 'moon'], { DATABASE_URL: database.url });
  expect((await refused.exited).code).toBe(1);
  expect(refused.said.join('\n')).toContain('Allowed choices are player, tenant');
});

it('tells what was done on a cluster', () => {
  expect(sentenceFor({ isCluster: true, done: [] }, 'tenant')).toMatch(/by tenant already/);
  expect(sentenceFor({ isCluster: true, done: ['SELECT 1'] }, 'player')).toBe(
    'SELECT 1;\nThe tables are distributed by player.\n',
  );
});
