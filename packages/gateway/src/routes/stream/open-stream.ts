import { setTimeout as sleep } from 'node:timers/promises';
import { createRoute, z } from '@hono/zod-openapi';
import type { Principal } from '../../auth/principal.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { secured } from '../../middleware/require-scope.ts';
import type { NumberedMessage, Subscription } from '../../services/stream/stream-service.ts';
import type { App } from '../app-types.ts';
import { problems } from '../schemas.ts';
import { StreamMessage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/stream',
  operationId: 'openStream',
  tags: ['stream'],
  summary: 'What happens, as it happens (server-sent events)',
  description:
    'Each message has an id, an event name (player.event, segment.entered, segment.left, job.updated, stream.reset) and JSON data. Send Last-Event-ID to go on after a break, within the last thousand messages; where that id is not known any more, stream.reset comes first: there may be a gap, so read again what you show. A comment arrives every 15 seconds. The stream ends with its credential. It tells what happens in any gateway over the same database; the ids are those of the gateway that holds the stream, so that after a break another one begins with stream.reset.',
  ...secured('stream:read'),
  request: {
    headers: z.object({ 'last-event-id': z.string().max(64).optional() }),
    query: z.strictObject({
      player: z.string().min(1).max(128).optional().openapi({ description: 'Only this player' }),
    }),
  },
  responses: {
    200: { description: 'An endless stream', content: { 'text/event-stream': { schema: StreamMessage } } },
    ...problems('overloaded'),
  },
});

const heartbeatMs = 15_000;
/** How long a stream may wait until the other processes know of it. */
const patienceMs = 2000;

export function openStream(app: App): void {
  app.openapi(route, async (c) => {
    const { player } = c.req.valid('query');
    const subscription = c.var.services.stream.subscribe(c.var.principal, {
      ...(player === undefined ? {} : { player }),
      after: c.req.valid('header')['last-event-id'],
    });
    const { principal, identifyAgain } = c.var;
    const { stream } = c.var.services;
    // Once the answer begins, nothing that happens anywhere is missed. A store that is away does not keep a reader waiting.
    const isHeard = subscription.heard.then(() => true);
    if (!(await Promise.race([isHeard, sleep(patienceMs, false, { ref: false })])))
      void isHeard.then(() => stream.tellOfGap(principal.tenantId));
    return c.newResponse(eventStream(subscription, principal, identifyAgain), 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
  });
}

/**
 * Messages as the reader takes them, for as long as its credential is good: looked at again with each heartbeat. A reader that
 * falls too far behind fails its stream, which breaks the connection even where a write waits for it; otherwise it would keep
 * its place for as long as it likes.
 */
function eventStream(
  subscription: Subscription,
  { expiresAt }: Principal,
  identifyAgain: () => Promise<Principal>,
): ReadableStream<Uint8Array> {
  const utf8 = new TextEncoder();
  const messages = subscription[Symbol.asyncIterator]();
  let heartbeat: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;
  let over = false;
  const end = () => {
    over = true;
    clearInterval(heartbeat);
    clearTimeout(expiry);
    subscription.close();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const finish = () => {
        if (over) return;
        end();
        controller.close();
      };
      controller.enqueue(utf8.encode(comment('open', subscription.position())));
      heartbeat = setInterval(() => {
        controller.enqueue(utf8.encode(comment('still here', subscription.position())));
        void isRefused(identifyAgain).then((refused) => refused && finish());
      }, heartbeatMs);
      if (expiresAt !== undefined) expiry = setTimeout(finish, expiresAt.getTime() - Date.now());
      subscription.onBehind(() => {
        end();
        controller.error(new Error('the reader of a stream is too far behind'));
      });
    },
    async pull(controller) {
      const { done, value } = await messages.next();
      if (over) return;
      if (done !== true) return controller.enqueue(utf8.encode(written(value)));
      end();
      controller.close();
    },
    cancel: end,
  });
}

const written = ({ id, event, data }: NumberedMessage) =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\nid: ${id}\n\n`;

/** A comment, with the place in the stream where there is nothing to be sent before: a quiet reader can go on from there as well. */
const comment = (text: string, position: string | undefined) =>
  `: ${text}\n${position === undefined ? '' : `id: ${position}\n`}\n`;

/** By what the gateway decides about the credential; a store that is away decides nothing. */
const isRefused = (identifyAgain: () => Promise<Principal>): Promise<boolean> =>
  identifyAgain().then(
    ({ scopes }) => !scopes.includes('stream:read'),
    (error: unknown) => error instanceof CrmbetError,
  );
