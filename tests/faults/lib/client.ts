import { Agent, request } from 'node:http';

export type Answer = { status: number; retryAfter: string | undefined; body: unknown };

/**
 * A request that got no whole answer. `sent`: the connection was made and bytes of the request had left, so the server may have
 * taken it. Without: it never reached anybody.
 */
export class NoAnswer extends Error {
  readonly code: string;
  readonly sent: boolean;

  constructor(code: string, sent: boolean) {
    super(`no answer: ${code}`);
    this.code = code;
    this.sent = sent;
  }
}

/** Connections that are kept, as a client of an operator's keeps them. */
export class Client {
  readonly #agent: Agent;
  readonly #key: string;

  constructor(key: string, connections = 64) {
    this.#key = key;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  post(url: string, body: string, timeoutMs = 10_000): Promise<Answer> {
    return this.#ask('POST', url, body, timeoutMs);
  }

  get(url: string, timeoutMs = 10_000): Promise<Answer> {
    return this.#ask('GET', url, undefined, timeoutMs);
  }

  #ask(method: string, url: string, body: string | undefined, timeoutMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let connected = false;
      const fail = (code: string) => reject(new NoAnswer(code, connected));
      const asking = request(url, {
        method,
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        },
      });
      const timer = setTimeout(() => {
        fail('TIMEOUT');
        asking.destroy();
      }, timeoutMs);
      asking.once('socket', (socket) => {
        if (!socket.connecting) connected = true;
        else socket.once('connect', () => (connected = true));
      });
      asking.once('error', (error) => {
        clearTimeout(timer);
        fail('code' in error && typeof error.code === 'string' ? error.code : error.message);
      });
      asking.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', (error) => fail(error.message));
        response.once('close', () => {
          clearTimeout(timer);
          if (!response.complete) return fail('CUT_OFF');
          const text = Buffer.concat(chunks).toString('utf8');
          try {
            resolve({
              status: response.statusCode ?? 0,
              retryAfter: response.headers['retry-after'],
              body: text === '' ? undefined : JSON.parse(text),
            });
          } catch {
            fail('NOT_JSON');
          }
        });
      });
      asking.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
