import { Agent, get, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from './listen.ts';

let listening: Listening;
let agent: Agent;
afterEach(async () => {
  agent.destroy();
  await listening.close();
});

const open = async () => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  listening = await listen({ host: '127.0.0.1', port: 0 });
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
