import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from './listen.ts';

let listening: Listening;
let agent: Agent;
afterEach(async () => {
  agent.destroy();
  await listening.close();
});

const open = async (options: Parameters<typeof listen>[1] = {}) => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  listening = await listen({ host: '127.0.0.1', port: 0 }, options);
};
/** Over the one connection of the agent. */
const ask = () =>
  new Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: string }>(
    (resolve, reject) => {
      get(listening.url, { agent }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.once('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      }).once('error', reject);
    },
  );

describe('a listener', () => {
  it('asks for patience until there is something to serve', async () => {
    await open();
    const early = await ask();
    expect([early.status, early.headers['content-type'], early.headers['retry-after']]).toEqual([
      503,
      'application/problem+json',
      '2',
    ]);
    expect(JSON.parse(early.body)).toMatchObject({
      code: 'overloaded',
      status: 503,
      requestId: expect.any(String),
    });
    listening.serve(() => new Response('served'));
    expect(await ask()).toMatchObject({ status: 200, body: 'served' });
  });

  it('hangs up on a body that does not come, and on no upload', async () => {
    await open({ arrivalMs: 150, lookMs: 50 });
    const read: string[] = [];
    listening.serve(async (request) => {
      if (request.method === 'GET') return new Response('unread');
      return new Response(read[read.push(await request.text()) - 1]);
    });
    const send = (type: string, finish: boolean, method = 'POST') =>
      new Promise<string>((resolve) => {
        let said = '';
        const { hostname, port } = new URL(listening.url);
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            `${method} / HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: 4\r\n\r\nab`,
          );
          if (finish) setTimeout(() => socket.write('cd'), 600);
        });
        socket.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
        socket.on('error', () => {}).once('close', () => resolve(said));
      });
    const [stalled, unread, upload] = await Promise.all([
      send('application/json', false),
      send('application/json', false, 'GET'),
      send('Application/X-NDJSON; charset=utf-8\r\nconnection: close', true),
    ]);
    expect(stalled).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(stalled.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      code: 'request_timeout',
      status: 408,
    });
    // Answered, and hung up on all the same.
    expect(unread).toMatch(/^HTTP\/1\.1 200 [\s\S]*unread$/);
    expect(upload).toMatch(/^HTTP\/1\.1 200 [\s\S]*abcd/);
    expect(read).toEqual(['abcd']);
  });

  it('lets an answer take longer than a request', async () => {
    await open({ arrivalMs: 50, lookMs: 20 });
    listening.serve(async () => {
      await new Promise((next) => setTimeout(next, 400));
      return new Response('late');
    });
    expect(await ask()).toMatchObject({ status: 200, body: 'late' });
    const posted = await fetch(listening.url, { method: 'POST', body: 'whole' });
    expect(await posted.text()).toBe('late');
  });

  it('that closes answers what is asked, each the last of its connection, and is gone when all are', async () => {
    await open();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    listening.serve(async () => {
      asked();
      await held;
      return new Response('kept');
    });
    const answer = ask();
    await isAsked;
    const closed = listening.close();
    let gone = false;
    void closed.then(() => {
      gone = true;
    });
    // Whoever comes on a new connection is refused while the first is still owed its answer.
    await expect(fetch(listening.url)).rejects.toThrow();
    expect(gone).toBe(false);
    release();
    expect(await answer).toMatchObject({ status: 200, body: 'kept', headers: { connection: 'close' } });
    await closed;
  });

  it('that closes answers what was on its way on a connection that looked idle', async () => {
    await open();
    listening.serve(() => new Response('in time'));
    await ask();
    const closed = listening.close();
    await new Promise((next) => setTimeout(next, 50));
    expect(await ask()).toMatchObject({ status: 200, body: 'in time', headers: { connection: 'close' } });
    await closed;
  });

  it('that closes lets a client go that never leaves its connection idle', { timeout: 9000 }, async () => {
    await open();
    let closing: Promise<void> | undefined;
    let served = 0;
    listening.serve(async () => {
      served += 1;
      // In the middle of a request of a client that sends the next one at once.
      if (served === 3) closing = listening.close();
      return new Response('busy');
    });
    const outcomes: (number | undefined)[] = [];
    for (let n = 0; n < 1000 && outcomes.at(-1) !== -1; n += 1) {
      outcomes.push(
        await ask().then(
          ({ status }) => status,
          () => -1,
        ),
      );
    }
    expect(outcomes).toEqual([200, 200, 200, -1]);
    // Well before the time when the rest is cut off.
    await closing;
  });
});
