import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Config } from '../config/config.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { problemContentType, problemOf, problemResponse } from '../errors/problem.ts';
import { ndjson } from '../middleware/body-limits.ts';
import type { DirectHandler } from '../routes/events/direct-events.ts';

export type Listening = {
  /** http://127.0.0.1:8787 */
  url: string;
  /**
   * Until this is called every request is told to come back shortly.
   * @param direct asked first; answers by itself, or calls `otherwise`
   */
  serve(fetch: (request: Request) => Response | Promise<Response>, direct?: DirectHandler): void;
  /** Takes no more connections, lets what is being answered be answered, and resolves when the last has gone. */
  close(): Promise<void>;
};

/** The port is taken or may not be used. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** How long a request that is being answered may take once the gateway stops. */
const drainMs = 10_000;

const starting = () =>
  problemResponse(problemOf(new CrmbetError('overloaded', 'The gateway is starting.'), 'req_starting'), {
    'retry-after': '2',
  });

/**
 * Binds before anything slow is begun: a port in use is said at once.
 *
 * @param options.arrivalMs how long a request may take to arrive, but for an upload: that one is read under a clock of its own
 *   (`services/events/patient-reader.ts`), which does not count the time in which the gateway itself is busy
 * @param options.lookMs how often it is looked for such requests
 */
export async function listen(
  config: Pick<Config, 'host' | 'port'>,
  { arrivalMs = 60_000, lookMs = 5000 }: { arrivalMs?: number; lookMs?: number } = {},
): Promise<Listening> {
  let handler: (request: Request) => Response | Promise<Response> = starting;
  let direct: DirectHandler = (_request, _response, otherwise) => otherwise();
  const answer = getRequestListener((request) => handler(request));
  /** What is being answered or still comes in, and when its head had come. */
  const answering = new Map<ServerResponse, number>();
  let draining = false;
  const server = createServer(
    { requestTimeout: 0, headersTimeout: 15_000, keepAliveTimeout: 5000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      answering.set(response, performance.now());
      // One that is answered before it has come is kept in view: it would hold its connection for ever.
      response.once('close', () => isOver(response) && answering.delete(response));
      if (draining) lastOfConnection(response);
      direct(request, response, () => void answer(request, response));
    },
  );
  const look = setInterval(() => {
    const latest = performance.now() - arrivalMs;
    for (const [response, since] of answering) {
      if (isOver(response)) answering.delete(response);
      else if (since < latest && isUnarrived(response)) hangUp(response);
    }
  }, lookMs);
  look.unref();
  server.once('close', () => clearInterval(look));
  server.listen(config.port, config.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(sentenceFor(error, config));
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    serve: (fetch, first = direct) => {
      handler = fetch;
      direct = first;
    },
    close: () => {
      draining = true;
      for (const response of answering.keys()) lastOfConnection(response);
      return drain(server);
    },
  };
}

const isOver = ({ req: request, closed }: ServerResponse): boolean =>
  closed && (request.complete || request.socket.destroyed);

/** Uploads are the app's to read, as long as it does. (`requestTimeout` of Node knows no exceptions.) */
const isUnarrived = ({ req: request, closed }: ServerResponse): boolean =>
  !request.complete && (closed || !isNdjson(request));

function hangUp(response: ServerResponse): void {
  const { socket } = response.req;
  if (!response.headersSent) socket.write(tooSlow);
  socket.destroySoon();
}

const isNdjson = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.split(';')[0]?.trim().toLowerCase() === ndjson;

const tooSlow = (() => {
  const body = JSON.stringify(
    problemOf(new CrmbetError('request_timeout', 'The body came too slowly.'), 'req_unread'),
  );
  return `HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: ${problemContentType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
})();

/** A client that keeps its connection busy would otherwise be served on it until it is cut off. */
function lastOfConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

/** How long a connection that looks idle is kept: a request may be on its way on it, and would be cut off unseen. */
const lameDuckMs = 1000;

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // No more connections from now on. HTTP's own close would also cut those that look idle.
    NetServer.prototype.close.call(server, () => resolve());
  });
  const idle = setTimeout(() => server.closeIdleConnections(), lameDuckMs);
  const force = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(idle);
  clearTimeout(force);
  // What is left of it are its timers.
  server.close();
}

function sentenceFor(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use by another program. Stop it, or choose another port: PORT=${port + 1}.`;
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user. Choose one above 1023: PORT=8787.`;
  if (code === 'EADDRNOTAVAIL')
    return `${host} is not an address of this machine. Set HOST to one that is, or to 127.0.0.1.`;
  return `Listening on ${host}:${port} failed${typeof code === 'string' ? ` (${code})` : ''}.`;
}
