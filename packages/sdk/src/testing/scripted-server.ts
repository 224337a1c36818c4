import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

export type Received = { method: string; url: string; headers: IncomingHttpHeaders; body: string };
export type Answer =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | ((response: ServerResponse, request: Received) => void);

/** A real HTTP server on 127.0.0.1 that gives the answers of a script, one a request, and keeps what it received. */
export class ScriptedServer {
  readonly received: Received[] = [];
  readonly #script: Answer[] = [];
  readonly #server: Server;
  /** Answers once the script is used up. */
  otherwise: Answer = { status: 500, text: 'the script is over' };

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const received = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: plain(Buffer.concat(chunks), request.headers['content-encoding']).toString(),
      };
      this.received.push(received);
      const answer = this.#script.shift() ?? this.otherwise;
      if (typeof answer === 'function') return answer(response, received);
      const { status = 200, headers = {}, json, text } = answer;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(text ?? (json === undefined ? '' : JSON.stringify(json)));
    });
  }

  script(...answers: Answer[]): void {
    this.#script.push(...answers);
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const plain = (body: Buffer, encoding: string | undefined) => (encoding === 'gzip' ? gunzipSync(body) : body);

export const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  json: { type: `urn:crmbet:problem:${code}`, title: code, status, code, requestId: 'req_1', ...more },
});
