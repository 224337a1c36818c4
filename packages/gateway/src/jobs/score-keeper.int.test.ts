import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createServices, type Running } from '../services/create-services.ts';
import { createTenant } from '../services/tenants/create-tenant.ts';
import { TenantDirectory } from '../services/tenants/tenant-directory.ts';
import { eventually } from '../testing/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { anEvent, quietLog } from '../testing/test-gateway.ts';
import { inputsOf } from './model-inputs.ts';
import { ScoreKeeper } from './score-keeper.ts';
import { sliceSize } from './score-slice.ts';
import type { Scorer } from './scorers.ts';

const noon = Date.UTC(2026, 10, 20, 12);
const minute = 60_000;

let database: TestDatabase;
/** Of a process that keeps no scores: the keepers of this file are the only ones. */
let running: Running;

beforeAll(async () => {
  database = await createTestDatabase();
  running = await createServices({ databaseUrl: database.url, threads: 1, log: quietLog, role: 'api' });
});
afterAll(async () => {
  await running.stop();
  await database.drop();
});

type Operator = { tenantId: string; modelId: string; players: string[] };

/** Three players, and a model that is served. */
async function addOperator(): Promise<Operator> {
  const { db, services } = running;
  const slug = `t-${randomUUID()}`;
  const { tenantId, secretKey } = await createTenant(db, { slug, name: slug, timeZone: 'UTC' });
  const principal = await services.identity.identify(secretKey, undefined);
  await services.events.send(principal, {
    events: ['ana', 'bia', 'caio'].map((player) => anEvent({ player })),
  });
  const modelId = randomUUID();
  await db.sql`
    INSERT INTO crmbet.models (id, tenant_id, name, purpose, last_version, active_version, created_at)
    VALUES (${modelId}, ${tenantId}, 'served', 'custom', 2, 1, now())`;
  const rows = await db.sql<{ id: string }[]>`
    SELECT player_id AS id FROM crmbet.players WHERE tenant_id = ${tenantId} ORDER BY player_id`;
  return { tenantId, modelId, players: rows.map(({ id }) => id) };
}

const { inputs } = inputsOf({ algorithm: 'kmeans', features: ['deposits_count_lifetime'] });

/** A keeper of some operators, with a clock that is set by hand, and models that do as the test says. */
function keeperOf(
  operators: readonly Operator[],
  answer: (modelId: string) => Promise<void> = async () => {},
) {
  const clock = { now: noon };
  const asked: string[] = [];
  const jobs: string[] = [];
  const scorer = (modelId: string): Scorer => ({
    name: 'served',
    inputs,
    outputs: [{ name: 'score', kind: 'score' }],
    score: async (matrix) => {
      asked.push(modelId);
      await answer(modelId);
      return [{ name: 'score', kind: 'score', values: new Float32Array(matrix.rowCount).fill(asked.length) }];
    },
  });
  const directory = new TenantDirectory(running.db);
  const keeper = new ScoreKeeper({
    db: running.db,
    threads: 1,
    log: quietLog,
    scorers: { get: async (_, modelId) => scorer(modelId) },
    tenants: {
      get: (id) => directory.get(id),
      ids: async () => operators.map(({ tenantId }) => tenantId),
    },
    queue: { enqueue: async (_, kind) => void jobs.push(kind) },
    segments: { touch: () => {} },
    now: () => new Date(clock.now),
  });
  return { keeper, clock, asked, jobs };
}

/** Whose score is of the day of the clock. */
async function scored({ modelId }: Operator): Promise<string[]> {
  const rows = await running.db.sql<{ id: string }[]>`
    SELECT player_id AS id FROM crmbet.player_scores WHERE model_id = ${modelId} AND day >= '2026-11-20' ORDER BY player_id`;
  return rows.map(({ id }) => id);
}

/** The scores are of long ago. */
const age = async (...players: string[]) => {
  await running.db
    .sql`UPDATE crmbet.player_scores SET day = '2020-01-01' WHERE player_id = ANY(${players}::uuid[])`;
};

let one: Operator;
beforeEach(async () => {
  one = await addOperator();
});

describe('a model that takes its time', () => {
  it('keeps the players of no other operator waiting', async () => {
    const other = await addOperator();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { keeper, asked } = keeperOf([one, other], async (modelId) => {
      if (modelId === one.modelId) await held;
    });
    try {
      keeper.touch(one.tenantId, one.players, true);
      await eventually(async () => expect(asked).toEqual([one.modelId]));
      keeper.touch(other.tenantId, other.players, true);
      await eventually(async () => expect(await scored(other)).toEqual(other.players), 4000);
      expect(await scored(one)).toEqual([]);
    } finally {
      release();
      await keeper.settle();
    }
    expect(await scored(one)).toEqual(one.players);
    await keeper.stop();
  });

  it.each(['answers', 'fails'])(
    'is given to one job and left alone for a while, where it %s',
    async (how) => {
      const { keeper, clock, asked, jobs } = keeperOf([one], async () => {
        clock.now += 1500;
        if (how === 'fails') throw new Error('does not answer');
      });
      keeper.touch(one.tenantId, one.players, true);
      await keeper.settle();
      expect(asked).toHaveLength(1);
      expect(jobs).toEqual([]);
      for (let round = 0; round < 3; round += 1) {
        await age(...one.players);
        keeper.touch(one.tenantId, one.players, true);
        await keeper.settle();
      }
      expect(asked).toHaveLength(1);
      expect(jobs).toEqual(['score_players']);
      // Another version may be fast.
      await running.db.sql`UPDATE crmbet.models SET active_version = 2 WHERE id = ${one.modelId}`;
      keeper.touch(one.tenantId, one.players, true);
      await keeper.settle();
      expect(asked).toHaveLength(2);
      await age(...one.players);
      clock.now += 6 * minute;
      keeper.touch(one.tenantId, one.players, true);
      await keeper.settle();
      expect(asked).toHaveLength(3);
      await keeper.stop();
    },
  );
});

describe('a look at everybody that finds nobody', () => {
  const settled = async () => {
    const kept = keeperOf([one]);
    const sweep = async (isRoutine: boolean) => {
      await kept.keeper.sweep(isRoutine);
      await kept.keeper.settle();
    };
    await sweep(true);
    expect(await scored(one)).toEqual(one.players);
    await sweep(true);
    await age(...one.players);
    return { ...kept, sweep };
  };

  it('is not repeated by each sweep, but within ten minutes', async () => {
    const { clock, sweep } = await settled();
    clock.now += 8 * minute;
    await sweep(true);
    expect(await scored(one)).toEqual([]);
    clock.now += minute;
    await sweep(true);
    expect(await scored(one)).toEqual(one.players);
  });

  it.each(['another day', 'another version', 'something was missed', 'everybody was touched'])(
    'is repeated at once: %s',
    async (why) => {
      const { keeper, clock, sweep } = await settled();
      await sweep(true);
      expect(await scored(one)).toEqual([]);
      if (why === 'another version')
        await running.db.sql`UPDATE crmbet.models SET active_version = 2 WHERE id = ${one.modelId}`;
      if (why === 'another day') {
        clock.now = Date.UTC(2026, 10, 20, 23, 59);
        await sweep(true);
        await sweep(true);
        clock.now += minute;
        await age(...one.players);
      }
      if (why === 'everybody was touched') keeper.touchEverybody(one.tenantId);
      await sweep(why !== 'something was missed');
      expect(await scored(one)).toEqual(one.players);
    },
  );

  it('is repeated by the next sweep after players could not be scored', async () => {
    const answers = { fail: false };
    const { keeper } = keeperOf([one], async () => {
      if (answers.fail) throw new Error('does not answer');
    });
    for (const _ of [1, 2]) {
      await keeper.sweep(true);
      await keeper.settle();
    }
    await age(...one.players);
    answers.fail = true;
    keeper.touch(one.tenantId, one.players.slice(0, 1), true);
    await keeper.settle();
    expect(await scored(one)).toEqual([]);
    answers.fail = false;
    await keeper.sweep(true);
    await keeper.settle();
    expect(await scored(one)).toEqual(one.players);
  });

  it('is not needed for more players than a slice holds', async () => {
    const { keeper } = await settled();
    const [first = '', ...others] = one.players;
    const strangers = Array.from({ length: 2 * sliceSize }, () => randomUUID());
    keeper.touch(one.tenantId, [...strangers, first], true);
    await keeper.settle();
    expect(await scored(one)).toEqual([first]);
    expect(others).toHaveLength(2);
  });
});
