import { get, type IncomingMessage } from 'node:http';
import { CRMBet, type StreamMessage } from '@crmbet/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Listening } from '../../cli/listen.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  anEvent,
  createTestGateway,
  listenTo,
  type TestGateway,
  testOrigin,
} from '../../testing/test-gateway.ts';
import { StreamMessage as Described } from './schemas.ts';

let gateway: TestGateway;
let listening: Listening;
let client: CRMBet;

beforeAll(async () => {
  gateway = await createTestGateway();
  listening = await listenTo(gateway);
  client = new CRMBet({ apiKey: gateway.tenant.secretKey, baseUrl: listening.url });
});
afterAll(async () => {
  await listening.close();
  await gateway.stop();
});

const openStreams = () => gateway.running.services.stream.openStreams;
afterEach(() => eventually(async () => expect(openStreams()).toBe(0)));

/** Opens a stream, waits until the gateway has it, does something, and takes so many messages. */
async function listenWhile(
  act: () => Promise<unknown>,
  count: number,
  options: { player?: string; lastEventId?: string } = {},
) {
  await eventually(async () => expect(openStreams()).toBe(0));
  const taken: StreamMessage[] = [];
  const reading = (async () => {
    for await (const message of client.stream.open(options)) if (taken.push(message) === count) break;
  })();
  // What was missed comes at once, and may be read before we look.
  if (options.lastEventId === undefined) await eventually(async () => expect(openStreams()).toBe(1));
  await act();
  await reading;
  return taken;
}
const idsOf = (messages: StreamMessage[]) => messages.map(({ data }) => ('id' in data ? data.id : undefined));

describe('the stream', () => {
  it('tells what happens, as the contract describes it', async () => {
    const [a, b] = [anEvent({ player: 's-1' }), anEvent({ player: 's-2', brand: 'arena' })];
    const messages = await listenWhile(() => client.events.send([a, anEvent({ replay: true }), b]), 2);
    // Each player's in order; two players' commits are on their own ways.
    for (const data of [
      { id: a.id, player: 's-1', data: a.data, brand: null },
      { id: b.id, player: 's-2', brand: 'arena' },
    ]) {
      expect(messages).toContainEqual(
        expect.objectContaining({ event: 'player.event', data: expect.objectContaining(data) }),
      );
    }
    for (const { event, data } of messages) expect(Described.safeParse({ event, data }).success).toBe(true);
  });

  it('tells no duplicate, no conflict and nothing that was refused', async () => {
    const event = anEvent({ player: 'once' });
    await client.events.send(event);
    const last = anEvent({ player: 'once' });
    const messages = await listenWhile(async () => {
      await client.events.send([
        event,
        { ...event, data: { amount: 1, currency: 'BRL' } },
        { ...event, id: 'x', time: 'now' },
      ]);
      await client.events.send(last);
    }, 1);
    expect(idsOf(messages)).toEqual([last.id]);
  });

  it('can be of one player alone', async () => {
    const mine = anEvent({ player: 'p/1 ç' });
    const messages = await listenWhile(() => client.events.send([anEvent({ player: 'other' }), mine]), 1, {
      player: 'p/1 ç',
    });
    expect(idsOf(messages)).toEqual([mine.id]);
  });

  it('goes on after a break where it was left', async () => {
    const events = Array.from({ length: 5 }, () => anEvent({ player: 'break' }));
    const [first] = await listenWhile(() => client.events.send(events), 1);
    const rest = await listenWhile(async () => {}, 4, { lastEventId: first?.id ?? '' });
    expect(idsOf([...(first ? [first] : []), ...rest])).toEqual(events.map(({ id }) => id));
  });

  it('follows a job to its end', async () => {
    await client.events.send([anEvent({ player: 'j1' }), anEvent({ player: 'j2' })]);
    const states: string[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const { event, data } of client.stream.open({ signal: stop.signal })) {
        if (event === 'job.updated' && 'state' in data) states.push(String(data.state));
        if (states.at(-1) === 'succeeded') break;
      }
    })();
    await eventually(async () => expect(openStreams()).toBe(1));
    await client.models.create({
      name: 'followed',
      k: 2,
      features: ['deposits_count_30d', 'deposits_amount_30d'],
    });
    await reading;
    expect(states.at(-1)).toBe('succeeded');
  });

  it('is read by a page with its session', async () => {
    const page = new CRMBet({
      fetchSession: async () =>
        await client.sessions.create({ user: 'ana', scopes: ['stream:read'], origin: testOrigin }),
      baseUrl: listening.url,
    });
    const event = anEvent({ player: 'page' });
    for await (const message of page.stream.open({ player: 'page', ...(await sendSoon(event)) })) {
      expect(idsOf([message])).toEqual([event.id]);
      break;
    }
  });

  it('shows life every 15 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const response = await gateway.request('/v1/stream');
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value).toMatch(/^: open\nid: \w+-\d+\n\n$/);
      vi.advanceTimersByTime(15_000);
      expect((await reader?.read())?.value).toMatch(/^: still here\nid: \w+-\d+\n\n$/);
      await reader?.cancel();
    } finally {
      vi.useRealTimers();
    }
  });

  it('says that there may be a gap where it does not know where the reader was', async () => {
    const messages = await listenWhile(async () => {}, 1, { lastEventId: 'before-1' });
    expect(messages).toEqual([{ event: 'stream.reset', data: {}, id: expect.stringMatching(/^\w+-\d+$/) }]);
    for (const { event, data } of messages) expect(Described.safeParse({ event, data }).success).toBe(true);
  });

  it('ends with the key that opened it', async () => {
    const { tenantId, secretKey } = await gateway.addTenant();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const [response, other] = [
        await gateway.request('/v1/stream', { credential: secretKey }),
        await gateway.request('/v1/stream'),
      ];
      const text = response.text();
      await gateway.running.db
        .sql`UPDATE crmbet.api_keys SET revoked_at = now() WHERE tenant_id = ${tenantId}`;
      await eventually(async () => {
        vi.advanceTimersByTime(15_000);
        expect(openStreams()).toBe(1);
      });
      expect(await text).toMatch(/^: open\n/);
      await other.body?.cancel();
    } finally {
      vi.useRealTimers();
    }
  });

  it('outlives no session', async () => {
    const almost = new Date(Date.now() - 598_000);
    const token = await gateway.session({ scopes: ['stream:read'] }, gateway.tenant, almost);
    const response = await gateway.request('/v1/stream', { credential: token });
    expect(await response.text()).toMatch(/^: open\n/);
  });

  it('outlasts a store that is away', async () => {
    const { tenantId, secretKey } = await gateway.addTenant();
    const { identity } = gateway.running.services;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const asked = vi.spyOn(identity, 'identify');
    try {
      const response = await gateway.request('/v1/stream', { credential: secretKey });
      asked.mockRejectedValue(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
      vi.advanceTimersByTime(15_000);
      await eventually(async () => expect(asked).toHaveBeenCalledTimes(2));
      gateway.running.services.stream.publish(tenantId, {
        event: 'segment.left',
        data: { segment: { id: tenantId, name: 's' }, player: 'p', at: new Date().toISOString() },
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      while (!text.includes('segment.left')) text += (await reader?.read())?.value ?? expect.unreachable();
      await reader?.cancel();
    } finally {
      asked.mockRestore();
      vi.useRealTimers();
    }
  });

  it('lets go a reader that reads no more', async () => {
    const before = openStreams();
    const request = get(`${listening.url}/v1/stream`, {
      headers: { authorization: `Bearer ${gateway.tenant.secretKey}` },
    });
    request.on('error', () => {});
    // The HTTP server says on the console why it breaks a connection.
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken = new Promise((resolve) => {
      request.on('socket', (socket) => socket.once('close', resolve));
    });
    let response: IncomingMessage | undefined;
    request.on('response', (head) => {
      response = head.pause();
      response.on('error', () => {});
    });
    await eventually(async () => expect(openStreams()).toBe(before + 1));
    const { stream } = gateway.running.services;
    const data = {
      id: 'x',
      type: 'quest.done',
      player: 'p',
      time: new Date().toISOString(),
      brand: null,
      data: { text: 'x'.repeat(4000) },
    };
    await eventually(async () => {
      // Faster than it reads; more than any socket holds.
      for (let n = 0; n < 500; n += 1)
        stream.publish(gateway.tenant.tenantId, { event: 'player.event', data });
      expect(openStreams()).toBe(before);
    });
    // Proof that it was the gateway: what the socket still holds is read, and then there is an end.
    response?.resume();
    await broken;
    expect(said).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'the reader of a stream is too far behind' }),
    );
    said.mockRestore();
  });

  it('ends when the gateway stops, and the stop waits for nobody', async () => {
    const own = await listenTo(gateway);
    const response = await fetch(`${own.url}/v1/stream`, {
      headers: { authorization: `Bearer ${gateway.tenant.secretKey}` },
    });
    const text = response.text();
    await eventually(async () => expect(openStreams()).toBe(1));
    gateway.running.services.stream.closeAll();
    await own.close();
    expect(await text).toMatch(/^: open\nid: \w+-\d+\n\n$/);
  });
});

/** Sends once the next stream is open. */
async function sendSoon(event: ReturnType<typeof anEvent>): Promise<object> {
  void eventually(async () => expect(openStreams()).toBe(1)).then(() => client.events.send(event));
  return {};
}
