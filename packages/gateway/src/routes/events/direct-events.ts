import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Principal } from '../../auth/principal.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { problemContentType } from '../../errors/problem.ts';
import { credentialIn } from '../../middleware/authenticate.ts';
import { problemFor } from '../../middleware/problems.ts';
import { notJson } from '../../middleware/read-json.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { BodyRoom } from '../../services/events/body-room.ts';
import type { Services } from '../../services/services.ts';
import type { App } from '../app-types.ts';

/** Answers a request where it can, and says so; what it does not take is the framework's, untouched. */
export type DirectHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  otherwise: () => void,
) => void;

type Options = {
  app: App;
  services: Services;
  metrics: Metrics;
  log: Logger;
  /** Bytes of a body; a larger one is the framework's to refuse. */
  maxBodyBytes: number;
  /** For all bodies that are being read or answered. */
  room?: BodyRoom;
};

/**
 * `POST /v1/events` without the framework in between. A server that sends each event by itself as it happens makes up most requests
 * that a gateway ever sees, and for these the way through a dozen middlewares cost several times what is done with the event. It takes
 * only the plainest form: JSON of a declared length, no encoding, no query, from a credential that may send events. Everything else,
 * and every refusal that needs no body, goes the ordinary way. A test holds the answers of both ways against each other.
 */
export async function directEvents({
  app,
  services,
  metrics,
  log,
  maxBodyBytes,
  room = new BodyRoom(maxBytesAtOnce),
}: Options): Promise<DirectHandler> {
  const common = await commonHeaders(app);

  async function answer(
    principal: Principal,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const startedAt = performance.now();
    const requestId = `req_${randomUUID()}`;
    let status = 200;
    let text: string;
    const headers: Record<string, string | number> = { ...common, 'x-request-id': requestId };
    const held = { bytes: 0 };
    try {
      const body = parse(await readText(request, room, held));
      const result = await services.events.send(principal, body);
      if (services.reads.notesWrites) await services.reads.wrote(principal);
      headers['content-type'] = 'application/json';
      text = JSON.stringify(result);
    } catch (error) {
      const { problem, retryAfter } = problemFor(error, { requestId, log });
      // After a failure of ours something may have been written.
      if (problem.status >= 500 && services.reads.notesWrites)
        await services.reads.wrote(principal).catch(() => {});
      headers['content-type'] = problemContentType;
      if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
      status = problem.status;
      text = JSON.stringify(problem);
    } finally {
      room.give(held.bytes);
    }
    if (response.destroyed) return;
    headers['content-length'] = Buffer.byteLength(text);
    response.writeHead(status, headers);
    response.end(text);
    const seconds = (performance.now() - startedAt) / 1000;
    metrics.request('POST', path, status, seconds);
    log.debug({ requestId, method: 'POST', route: path, status, seconds }, 'answered');
  }

  return (request, response, otherwise) => {
    if (!isPlain(request, maxBodyBytes)) return otherwise();
    identify(services, request)
      .then((principal) => {
        if (principal === undefined) return otherwise();
        return answer(principal, request, response).catch((error: unknown) => {
          log.error({ err: { name: error instanceof Error ? error.name : 'unknown' } }, 'no answer was sent');
          response.destroy();
        });
      })
      .catch(otherwise);
  };
}

const path = '/v1/events';

const maxBytesAtOnce = 128 * 1024 * 1024;

function isPlain({ method, url, headers }: IncomingMessage, maxBodyBytes: number): boolean {
  return (
    method === 'POST' &&
    url === path &&
    headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json' &&
    Number(headers['content-length'] ?? Number.NaN) <= maxBodyBytes &&
    headers['transfer-encoding'] === undefined &&
    headers['content-encoding'] === undefined
  );
}

/** Undefined where it may not send events. */
async function identify(services: Services, { headers }: IncomingMessage): Promise<Principal | undefined> {
  const principal = await services.identity.identify(credentialIn(headers.authorization), headers.origin);
  return principal.scopes.includes('events:write') ? principal : undefined;
}

/**
 * @param held grows by what was taken of the room: bytes that have come, so that a slow sender holds no more than it sent
 * @throws {CrmbetError} the sender went away before the end, or there is no room for more
 */
function readText(request: IncomingMessage, room: BodyRoom, held: { bytes: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const gone = () =>
      reject(new CrmbetError('request_invalid', 'The body ended before its declared length.'));
    const take = (chunk: Buffer) => {
      try {
        room.take(chunk.length);
      } catch (error) {
        // The rest is read and dropped, so that the answer finds somebody who listens.
        request.off('data', take);
        request.resume();
        return reject(error);
      }
      held.bytes += chunk.length;
      chunks.push(chunk);
    };
    request.on('data', take);
    request.once('end', () => {
      request.off('close', gone);
      resolve(decoder.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    });
    request.once('close', gone);
    request.once('error', gone);
  });
}

/** Drops a byte order mark, and reads what is no UTF-8 as the framework does. */
const decoder = new TextDecoder();

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

/** The headers that every answer under /v1 has, as the app itself sets them. */
async function commonHeaders(app: App): Promise<Record<string, string>> {
  const answer = await app.request(path, { method: 'POST' });
  const own = new Set(['content-type', 'content-length', 'x-request-id', 'www-authenticate']);
  return Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name)));
}
