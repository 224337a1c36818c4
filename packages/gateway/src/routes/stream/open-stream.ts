import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { secured } from '../../middleware/require-scope.ts';
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
    'Each message has an id, an event name (player.event, segment.entered, segment.left, job.updated) and JSON data. Send Last-Event-ID to go on after a break, within the last thousand messages. A comment arrives every 15 seconds.',
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

export function openStream(app: App): void {
  app.openapi(route, (c) => {
    const { player } = c.req.valid('query');
    const subscription = c.var.services.stream.subscribe(c.var.principal, {
      ...(player === undefined ? {} : { player }),
      after: c.req.valid('header')['last-event-id'],
    });
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => subscription.close());
      const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatMs);
      try {
        await stream.write(': open\n\n');
        for await (const message of subscription) {
          await stream.writeSSE({ id: message.id, event: message.event, data: JSON.stringify(message.data) });
        }
      } finally {
        clearInterval(heartbeat);
        subscription.close();
      }
    });
  });
}
