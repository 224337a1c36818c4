import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { connect, type Database } from './database.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connect(database.url, { max: 2 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** The end of a process cannot be caught, so it is looked for where it would come from. */
async function whileNothingIsUncaught(act: () => Promise<void>): Promise<void> {
  const uncaught: unknown[] = [];
  const see = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', see);
  try {
    await act();
    await new Promise((next) => setTimeout(next, 100));
  } finally {
    process.off('uncaughtException', see);
  }
  expect(uncaught).toEqual([]);
}

describe('a transaction whose connection is lost', () => {
  it('fails, harms nothing else, and the pool goes on', async () => {
    await whileNothingIsUncaught(async () => {
      for (let round = 0; round < 20; round += 1) {
        const broken = db.sql.begin(async (tx) => {
          const [self] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
          await db.sql`SELECT pg_terminate_backend(${self?.pid ?? 0})`;
          await tx`SELECT 1`;
        });
        await expect(broken).rejects.toThrow(/terminating connection|CONNECTION_CLOSED|ECONNRESET|EPIPE/);
      }
    });
    const [row] = await db.sql<{ one: number }[]>`SELECT 1 AS one`;
    expect(row?.one).toBe(1);
  });

  it('fails even when its body did not notice', async () => {
    await whileNothingIsUncaught(async () => {
      const broken = db.sql.begin(async (tx) => {
        const [self] = await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
        await db.sql`SELECT pg_terminate_backend(${self?.pid ?? 0})`;
        await new Promise((next) => setTimeout(next, 200));
      });
      await expect(broken).rejects.toThrow();
    });
  });
});

describe('a transaction', () => {
  it('rolls back what its body throws, whatever it is, and answers what its body answers', async () => {
    await db.sql`CREATE TABLE kept (n integer)`;
    await expect(
      db.sql.begin(async (tx) => {
        await tx`INSERT INTO kept VALUES (1)`;
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const answer = await db.sql.begin(
      'READ WRITE',
      async (tx) => await tx`INSERT INTO kept VALUES (2) RETURNING n`,
    );
    expect(answer.map((row) => row.n)).toEqual([2]);
    expect((await db.sql`SELECT n FROM kept`).map((row) => row.n)).toEqual([2]);
  });
});
