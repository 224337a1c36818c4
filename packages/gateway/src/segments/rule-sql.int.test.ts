import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overEverybody } from '../db/queries/over-everybody.ts';
import { features } from '../features/catalogue.ts';
import { compileFeatures, SqlParameters } from '../features/feature-sql.ts';
import { checkEvent } from '../ingest/check-event.ts';
import { anyStream } from '../testing/arbitrary-stream.ts';
import { readProblem } from '../testing/contract.ts';
import { factsOf, foldEvents, isRestricted } from '../testing/fold-events.ts';
import { createTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import { evaluateRule, type RuleFacts } from './evaluate-rule.ts';
import { attributes, type Rule } from './rule.ts';
import { compileRule } from './rule-sql.ts';

const timeZone = 'America/Sao_Paulo';
const seed = Number(process.env.SEED ?? 20_261_120);

let gateway: TestGateway;
let now: Date;
/** Two models, of which players have scores, some of them without an output, and some no row at all. */
const [modelA, modelB] = ['0192f0c1-2d3e-7abc-8def-00000000000a', '0192f0c1-2d3e-7abc-8def-00000000000b'];
const modelFeatures = [`model:${modelA}:cluster`, `model:${modelA}:probability`, `model:${modelB}:value_90d`];

/** Every player of the tenant, as the reference sees it. */
const players = new Map<string, RuleFacts>();

beforeAll(async () => {
  gateway = await createTestGateway({ timeZone });
  const { services } = gateway.running;
  const principal = await services.identity.identify(gateway.tenant.secretKey, undefined);
  const streams = fc.sample(anyStream('x', 60), { numRuns: 25, seed });
  for (const [index, stream] of streams.entries()) {
    const events = stream.map((event) => ({
      ...event,
      id: `${index}-${event.id}`,
      player: `${index}-${event.player}`,
    }));
    const { rejected } = await services.events.send(principal, { events, replay: true });
    expect(rejected).toBe(0);
    now = new Date();
    for (const player of new Set(events.map((event) => event.player))) {
      const own = events
        .filter((event) => event.player === player)
        .flatMap((event) => {
          const checked = checkEvent(event, { now: Date.now() });
          return checked.ok ? [checked.event] : [];
        });
      // Attributes are what the players' own page shows: how they come about stands with the ingest's tests.
      const { brand, currency, profile } = await services.players.read(principal, player);
      const text = (value: unknown) => (typeof value === 'string' ? value : null);
      players.set(
        player,
        factsOf(foldEvents(own, timeZone, currency), {
          timeZone,
          now,
          currency,
          restricted: isRestricted(own, now),
          attributes: {
            brand,
            currency,
            country: text(profile.country),
            language: text(profile.language),
            vipLevel: text(profile.vipLevel),
          },
        }),
      );
    }
  }
  expect(players.size).toBeGreaterThan(50);
  await scoreSome();
});

/** Writes scores of some of the players beside what the reference knows. */
async function scoreSome(): Promise<void> {
  const anyScores = fc.record({
    [modelA]: fc.option(
      fc.record(
        { cluster: fc.integer({ min: -1, max: 3 }), probability: fc.double({ min: 0, max: 1, noNaN: true }) },
        { requiredKeys: ['cluster'] },
      ),
      { nil: undefined },
    ),
    [modelB]: fc.option(fc.record({ value_90d: fc.constantFrom(0, 7, 12_345.678, -1) }), { nil: undefined }),
  });
  const { sql } = gateway.running.db;
  const drawn = fc.sample(anyScores, { numRuns: players.size, seed });
  for (const [index, [player, facts]] of [...players].entries()) {
    const scores = new Map<string, Record<string, number>>();
    for (const [model, outputs] of Object.entries(drawn[index] ?? {})) {
      if (outputs === undefined) continue;
      scores.set(model, { ...outputs });
      await sql`
        INSERT INTO crmbet.player_scores (tenant_id, player_id, model_id, version, outputs, events_count, day, scored_at)
        SELECT tenant_id, player_id, ${model}::uuid, 1, ${JSON.stringify(outputs)}::text::jsonb, 1, '2026-01-01', ${now}
        FROM crmbet.players WHERE tenant_id = ${gateway.tenant.tenantId} AND external_id = ${player}`;
    }
    players.set(player, { ...facts, scores });
  }
}
afterAll(() => gateway.stop());

const matchesOf = async (rule: Rule): Promise<string[]> => {
  const parameters = new SqlParameters();
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(now);
  const text = compileRule(rule, { tenantId: gateway.tenant.tenantId, timeZone, today, now }, parameters);
  const rows = await gateway.running.db.sql.begin(async (tx) => {
    await overEverybody(tx);
    return await tx.unsafe<{ external_id: string }[]>(text, parameters.values);
  });
  return rows.map((row) => row.external_id).sort();
};

/** Limits that players really have, so that rules part them; and texts that somebody has. */
const anyRule = (): fc.Arbitrary<Rule> => {
  const value = fc.oneof(
    fc.constantFrom(0, 1, 2, 0.5, 1 / 3, -1, 7, 30),
    fc.integer({ min: -1_000_000, max: 1_000_000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const feature = fc.record({
    feature: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...features.map(({ id }) => id)) },
      { weight: 1, arbitrary: fc.constantFrom(...modelFeatures) },
    ),
    op: fc.constantFrom(
      'eq' as const,
      'ne' as const,
      'gt' as const,
      'gte' as const,
      'lt' as const,
      'lte' as const,
    ),
    value,
  });
  const attribute = fc.record({
    attribute: fc.constantFrom(...attributes),
    op: fc.constantFrom('in' as const, 'not_in' as const),
    values: fc.array(
      fc.oneof(
        fc.constantFrom('arena', 'sul', 'BRL', 'USD', 'gold'),
        fc.string({ maxLength: 10 }).filter((text) => !text.includes('\0')),
      ),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
  });
  const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      feature,
      attribute,
      fc.record({ restricted: fc.boolean() }),
      fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 4 }) }),
      fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 4 }) }),
      fc.record({ not: tie('rule') }),
    ),
  }));
  return rule;
};

describe('a rule', () => {
  it('finds in the database exactly the players for whom it holds in memory', async () => {
    let some = 0;
    await fc.assert(
      fc.asyncProperty(anyRule(), async (rule) => {
        const expected = [...players].filter(([, facts]) => evaluateRule(rule, facts)).map(([id]) => id);
        if (expected.length > 0 && expected.length < players.size) some += 1;
        expect(await matchesOf(rule)).toEqual(expected.sort());
      }),
      { numRuns: 500, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    );
    // Rules that hold for everybody or nobody would prove little.
    expect(some).toBeGreaterThan(40);
  });

  it('takes every feature on its own, at the very values that players have', async () => {
    for (const id of [...features.map((feature) => feature.id), ...modelFeatures]) {
      for (const op of ['lt', 'gte', 'ne'] as const) {
        const rule: Rule = { feature: id, op, value: 1 };
        const expected = [...players]
          .filter(([, facts]) => evaluateRule(rule, facts))
          .map(([player]) => player);
        expect(await matchesOf(rule), `${id} ${op}`).toEqual(expected.sort());
      }
    }
  });

  it('is one or the other with its not: nobody falls between', async () => {
    await fc.assert(
      fc.asyncProperty(anyRule(), async (rule) => {
        const [inside, outside] = [await matchesOf(rule), await matchesOf({ not: rule })];
        expect([...inside, ...outside].sort()).toEqual([...players.keys()].sort());
      }),
      { numRuns: 150, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    );
  });
});

const injections = [
  "'; DROP TABLE crmbet.players; --",
  "x' OR '1'='1",
  '"; DELETE FROM crmbet.events; --',
  '$1',
  '{NULL}',
  '{"a","b"}',
  '\\',
  "\\'; --",
  'deposits_amount_30d) OR (1=1',
  '/* */',
  ' ',
  'é漢🎲',
];

describe('an injection', () => {
  it.each(injections)(
    'of %j is data in an attribute, and no feature, operator, attribute or name of one',
    async (text) => {
      expect(await matchesOf({ attribute: 'brand', op: 'in', values: [text, 'arena'] })).toEqual(
        await matchesOf({ attribute: 'brand', op: 'in', values: ['arena'] }),
      );
      const post = (rule: unknown) => gateway.request('/v1/segments', { json: { name: text, rule } });
      for (const rule of [
        { feature: text, op: 'gt', value: 1 },
        { feature: 'deposits_amount_30d', op: text, value: 1 },
        { feature: 'deposits_amount_30d', op: 'gt', value: text },
        { attribute: text, op: 'in', values: ['x'] },
        { attribute: 'brand', op: text, values: ['x'] },
        { attribute: 'brand', op: 'in', values: text },
        { restricted: text },
        { [text]: [{ restricted: true }] },
        text,
      ]) {
        expect(await readProblem(await post(rule)), JSON.stringify(rule)).toMatchObject({
          code: 'rule_invalid',
        });
      }
      const created = await post({ attribute: 'brand', op: 'not_in', values: [text] });
      expect(created.status).toBe(201);
      const names = await gateway.client().segments.list().toArray({ limit: 100 });
      expect(names.map(({ name }) => name)).toContain(text);
      expect(await gateway.client().players.list({ q: text, brand: text }).toArray({ limit: 5 })).toEqual([]);
      expect([...players.keys()].sort()).toEqual(
        await matchesOf({ any: [{ restricted: true }, { restricted: false }] }),
      );
    },
  );

  it('finds no way into the text of a query: every value stands behind a placeholder', () => {
    const parameters = new SqlParameters();
    const scope = {
      tenantId: 'TENANT',
      timeZone: 'EUROPE',
      today: 'TODAY',
      now: new Date(),
      playerIds: ['PLAYER'],
    };
    const rule: Rule = {
      all: [
        { attribute: 'brand', op: 'in', values: ['VALUE'] },
        { feature: 'ggr_30d', op: 'gt', value: 424242 },
      ],
    };
    const text = compileRule(rule, scope, parameters);
    for (const secret of ['TENANT', 'EUROPE', 'TODAY', 'PLAYER', 'VALUE', '424242'])
      expect(text).not.toContain(secret);
    const all = compileFeatures(features, scope, new SqlParameters());
    expect([...all.expressions.values()].join()).not.toMatch(/TENANT|EUROPE|TODAY|PLAYER/);
  });
});
