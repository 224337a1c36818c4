import { CRMBet, type StreamMessage } from '@crmbet/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Listening } from '../cli/listen.ts';
import { readProblem } from '../testing/contract.ts';
import { eventually } from '../testing/eventually.ts';
import { anEvent, createTestGateway, listenTo, type TestGateway } from '../testing/test-gateway.ts';
import type { Rule } from './rule.ts';

let gateway: TestGateway;
const heard: StreamMessage[] = [];
const listening = new AbortController();
let listener: Promise<void>;
let http: Listening;

beforeAll(async () => {
  gateway = await createTestGateway();
  http = await listenTo(gateway);
  const client = new CRMBet({ apiKey: gateway.tenant.secretKey, baseUrl: http.url });
  listener = (async () => {
    for await (const message of client.stream.open({ signal: listening.signal })) heard.push(message);
  })();
  await eventually(async () => expect(gateway.running.services.stream.openStreams).toBe(1));
});
afterAll(async () => {
  listening.abort();
  await listener;
  await http.close();
  await gateway.stop();
});
afterEach(async () => {
  const client = gateway.client();
  for await (const { id } of client.segments.list()) await client.segments.delete(id);
});

const create = (name: string, rule: Rule) => gateway.client().segments.create({ name, rule });
const depositors = (name: string) => create(name, { feature: 'deposits_count_7d', op: 'gte', value: 2 });
const membersOf = async (id: string) =>
  (await gateway.client().segments.members(id).toArray({ limit: 100 })).map(({ player }) => player);
const changesOf = (segment: string) =>
  heard.flatMap((message) =>
    (message.event === 'segment.entered' || message.event === 'segment.left') &&
    message.data.segment.id === segment
      ? [`${message.event.slice(8)} ${message.data.player}`]
      : [],
  );
/** A later change, heard of: then what was to be announced before it has been. */
const quiet = async () => {
  await gateway.running.segmentKeeper.settle();
  const id = `marker-${heard.length}-${Math.random()}`;
  await gateway.client().events.send(anEvent({ id, player: 'marker', type: 'quest.done', data: {} }));
  await eventually(async () =>
    expect(heard.some(({ event, data }) => event === 'player.event' && 'id' in data && data.id === id)).toBe(
      true,
    ),
  );
};

describe('a segment', () => {
  it('holds who fits when it is made, then who comes to fit, and lets go who fits no more', async () => {
    await gateway
      .client()
      .events.send([anEvent({ player: 'a' }), anEvent({ player: 'a' }), anEvent({ player: 'b' })]);
    const segment = await depositors('live');
    expect(segment).toMatchObject({ size: 1, evaluatedAt: expect.any(String) });
    expect(await membersOf(segment.id)).toEqual(['a']);
    // Those who were there from the start have not entered.
    await quiet();
    expect(changesOf(segment.id)).toEqual([]);

    await gateway.client().events.send([anEvent({ player: 'b' }), anEvent({ player: 'c' })]);
    await eventually(async () => expect((await membersOf(segment.id)).sort()).toEqual(['a', 'b']));
    await eventually(async () => expect(changesOf(segment.id)).toEqual(['entered b']));
    expect((await gateway.client().players.get('b')).segments).toMatchObject([
      { id: segment.id, name: 'live' },
    ]);
    expect(
      (await gateway.client().players.list({ segment: segment.id, count: true }).pages().next()).value,
    ).toMatchObject({ total: 2 });

    const gone = await create('unrestricted', {
      all: [{ restricted: false }, { feature: 'deposits_count_7d', op: 'gte', value: 2 }],
    });
    await gateway
      .client()
      .events.send(
        anEvent({ player: 'a', type: 'restriction.set', data: { restriction: 'self_exclusion' } }),
      );
    await eventually(async () => expect(changesOf(gone.id)).toEqual(['left a']));
    expect(await membersOf(gone.id)).toEqual(['b']);
  });

  it('takes a replay without a word, even when it comes with live events', async () => {
    const segment = await depositors('replayed');
    await gateway
      .client()
      .events.send([anEvent({ player: 'r1' }), anEvent({ player: 'r1' })], { replay: true });
    await eventually(async () => expect(await membersOf(segment.id)).toContain('r1'));
    await gateway
      .client()
      .events.send([
        anEvent({ player: 'r2', replay: true }),
        anEvent({ player: 'r2', replay: true }),
        anEvent({ player: 'l1' }),
        anEvent({ player: 'l1' }),
      ]);
    await eventually(async () =>
      expect(await membersOf(segment.id)).toEqual(expect.arrayContaining(['r2', 'l1'])),
    );
    await quiet();
    expect(changesOf(segment.id)).toEqual(['entered l1']);
    expect(heard.filter(({ event, data }) => event === 'player.event' && data.player === 'r1')).toEqual([]);
  });

  it('that is deleted while its players move has no members, and is heard of no more', async () => {
    const segment = await depositors('short');
    const busy = Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        gateway.client().events.send([anEvent({ player: `s${index}` }), anEvent({ player: `s${index}` })]),
      ),
    );
    await gateway.client().segments.delete(segment.id);
    await busy;
    await quiet();
    await gateway.running.segmentKeeper.settle();
    const [row] = await gateway.running.db
      .sql`SELECT count(*) AS left FROM crmbet.segment_members WHERE segment_id = ${segment.id}`;
    expect(row?.left).toBe(0n);
    expect(await readProblem(await gateway.request(`/v1/segments/${segment.id}/members`))).toMatchObject({
      code: 'not_found',
    });
    expect((await gateway.client().players.get('s1')).segments).toEqual([]);
  });

  it('that cannot be filled is not there', async () => {
    const { sql } = gateway.running.db;
    // The fault: no membership can be written for a while.
    await sql`ALTER TABLE crmbet.segment_members ADD CONSTRAINT fault CHECK (false) NOT VALID`;
    const failed = await gateway.request('/v1/segments', {
      json: { name: 'unfilled', rule: { restricted: false } },
    });
    await sql`ALTER TABLE crmbet.segment_members DROP CONSTRAINT fault`;
    expect(await readProblem(failed)).toMatchObject({ status: 500, code: 'internal' });
    const names = (await gateway.client().segments.list().toArray({ limit: 100 })).map(({ name }) => name);
    expect(names).not.toContain('unfilled');
    // Nothing is held against the name, and what moved meanwhile is found later.
    const again = await create('unfilled', { restricted: false });
    expect(again.size).toBeGreaterThan(0);
  });

  it('has a name of its own in the tenant', async () => {
    await depositors('taken');
    const twin = await gateway.request('/v1/segments', {
      json: { name: 'taken', rule: { restricted: true } },
    });
    expect(await readProblem(twin)).toMatchObject({ status: 409, code: 'name_taken' });
    const neighbour = await gateway.addTenant();
    expect(
      (
        await gateway
          .client(neighbour.secretKey)
          .segments.create({ name: 'taken', rule: { restricted: true } })
      ).size,
    ).toBe(0);
  });
});
