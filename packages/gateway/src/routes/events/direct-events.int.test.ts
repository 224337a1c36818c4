import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../cli/listen.ts';
import { BodyRoom } from '../../services/events/body-room.ts';
import { createTestGateway, quietLog, type TestGateway } from '../../testing/test-gateway.ts';
import { directEvents } from './direct-events.ts';

/** The same requests to two listeners over one gateway: one has the direct way, the other only the framework. */

let gateway: TestGateway;
let direct: Listening;
let ordinary: Listening;
let taken = 0;

const maxBodyBytes = 100_000;

beforeAll(async () => {
  gateway = await createTestGateway({ maxBodyBytes });
  const { app, running } = gateway;
  direct = await listen({ host: '127.0.0.1', port: 0 });
  ordinary = await listen({ host: '127.0.0.1', port: 0 });
  const handler = await directEvents({ ...running, app, log: quietLog, maxBodyBytes });
  const fetch = (request: Request) => app.fetch(request);
  direct.serve(fetch, (request, response, otherwise) => {
    taken += 1;
    handler(request, response, () => {
      taken -= 1;
      otherwise();
    });
  });
  ordinary.serve(fetch);
});
afterAll(async () => {
  await direct.close();
  await ordinary.close();
  await gateway.stop();
});

const event = (id: string, more: object = {}) => ({
  id,
  type: 'deposit.approved',
  player: 'ana',
  time: new Date().toISOString(),
  data: { amount: 100, currency: 'BRL' },
  ...more,
});

type Case = {
  name: string;
  /** Whether it is for the direct way. */
  isDirect: boolean;
  body: (id: string) => string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  credential?: () => string | Promise<string> | undefined;
  query?: string;
};

const json = (make: (id: string) => unknown) => (id: string) => JSON.stringify(make(id));

const cases: Case[] = [
  { name: 'one event', isDirect: true, body: json((id) => event(id)) },
  { name: 'a batch', isDirect: true, body: json((id) => ({ events: [event(id), event(`${id}-2`)] })) },
  {
    name: 'a batch with a bad item',
    isDirect: true,
    body: json((id) => ({ events: [event(id), { id: 7 }] })),
  },
  { name: 'one bad event', isDirect: true, body: json((id) => event(id, { data: { amount: -1 } })) },
  { name: 'an empty batch', isDirect: true, body: json(() => ({ events: [] })) },
  { name: 'a batch that is too long', isDirect: true, body: json(() => ({ events: Array(1001).fill(0) })) },
  { name: 'no JSON', isDirect: true, body: () => '{"id":' },
  { name: 'an empty body', isDirect: true, body: () => '' },
  { name: 'a byte order mark', isDirect: true, body: (id) => `\ufeff${JSON.stringify(event(id))}` },
  {
    name: 'bytes that are no UTF-8',
    isDirect: true,
    body: (id) => {
      const [before = '', after = ''] = JSON.stringify(event(id, { brand: '@' })).split('@');
      return new Uint8Array([...Buffer.from(before), 0xff, 0xfe, ...Buffer.from(after)]);
    },
  },
  {
    name: 'a charset beside the type',
    isDirect: true,
    body: json((id) => event(id)),
    headers: { 'content-type': 'Application/JSON; charset=utf-8' },
  },
  {
    name: 'a publishable key',
    isDirect: true,
    body: json((id) => event(id)),
    credential: () => gateway.tenant.publishableKey,
  },
  {
    name: 'a session without the scope',
    isDirect: false,
    body: json((id) => event(id)),
    credential: () => gateway.session(),
  },
  { name: 'no credential', isDirect: false, body: json((id) => event(id)), credential: () => undefined },
  { name: 'a key of nobody', isDirect: false, body: json((id) => event(id)), credential: () => 'sk_nobody' },
  {
    name: 'another type',
    isDirect: false,
    body: json((id) => event(id)),
    headers: { 'content-type': 'text/plain' },
  },
  { name: 'a query', isDirect: false, body: json((id) => event(id)), query: '?replay=true' },
  {
    name: 'too many bytes',
    isDirect: false,
    body: json((id) => event(id, { brand: 'x'.repeat(maxBodyBytes) })),
  },
  {
    name: 'a secret key from a page',
    isDirect: false,
    body: json((id) => event(id)),
    headers: { origin: 'https://a.example' },
  },
];

let sent = 0;

async function answerOf(listening: Listening, { body, headers, credential, query = '' }: Case) {
  sent += 1;
  const id = `id-${sent}`;
  const key = credential === undefined ? gateway.tenant.secretKey : await credential();
  const response = await fetch(`${listening.url}/v1/events${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: body(id),
  });
  const text = (await response.text()).replaceAll(id, 'ID').replace(/req_[-\w]+/g, 'REQUEST');
  const { date: _, ...fields } = Object.fromEntries(response.headers);
  return { status: response.status, text, headers: { ...fields, 'content-length': '', 'x-request-id': '' } };
}

describe('the direct way', () => {
  it.each(cases.map((one) => [one.name, one] as const))(
    'answers %s as the ordinary one does',
    async (_, one) => {
      const before = taken;
      const answer = await answerOf(direct, one);
      expect(taken - before).toBe(Number(one.isDirect));
      expect(answer).toEqual(await answerOf(ordinary, one));
    },
  );

  it('takes what was cut off for nothing, and goes on', async () => {
    const { port, hostname } = new URL(direct.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.tenant.secretKey}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"id":"cut`,
    );
    await new Promise((sentAll) => setTimeout(sentAll, 100));
    socket.destroy();
    expect((await answerOf(direct, cases[0] ?? { name: '', isDirect: true, body: () => '' })).status).toBe(
      200,
    );
  });

  it('turns away what there is no room for, reads it to its end, and has room again', async () => {
    const room = new BodyRoom(1000);
    const { app, running } = gateway;
    const tight = await listen({ host: '127.0.0.1', port: 0 });
    const handler = await directEvents({ ...running, app, log: quietLog, maxBodyBytes, room });
    tight.serve((request) => app.fetch(request), handler);
    const large: Case = {
      name: '',
      isDirect: true,
      body: json((id) => event(id, { brand: 'x'.repeat(50_000) })),
    };
    const refused = await answerOf(tight, large);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect((await answerOf(tight, { name: '', isDirect: true, body: json((id) => event(id)) })).status).toBe(
      200,
    );
    await tight.close();
  });
});
