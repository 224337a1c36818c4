import { createRoute, z } from '@hono/zod-openapi';
import { Event } from '../../ingest/event.ts';
import { readJson } from '../../middleware/read-json.ts';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, jsonBody, problems } from '../schemas.ts';

const EventBatch = z
  .strictObject({
    events: z.array(Event).min(1).max(1000),
    replay: z.boolean().optional().openapi({ description: 'Writes state without triggering any action' }),
  })
  .openapi('EventBatch');

export const EventResult = z
  .strictObject({
    index: z.int().openapi({ description: 'Position in the batch, from 0' }),
    id: z.string().nullable().openapi({ description: 'The id of the event, where it could be read' }),
    status: z.enum(['accepted', 'duplicate', 'conflict', 'rejected']).openapi({
      description:
        'accepted: stored. duplicate: stored before, with the same body. conflict: the id is taken by another body. rejected: see code and errors.',
    }),
    code: z.string().optional(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .openapi('EventResult');

const SendEventsResult = z
  .strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    conflicts: z.int(),
    rejected: z.int(),
    results: z.array(EventResult).openapi({ description: 'One an event, in the order of the batch' }),
  })
  .openapi('SendEventsResult');

const route = createRoute({
  method: 'post',
  path: '/v1/events',
  operationId: 'sendEvents',
  tags: ['events'],
  summary: 'Send one event, or a batch of up to 1,000',
  description:
    'Answers after the events are durable, one result an event. In a batch a bad event never takes the good ones with it. One event sent alone answers 422 when it is rejected and 409 when its id is taken.',
  ...secured('events:write'),
  request: { body: jsonBody(z.union([Event, EventBatch])) },
  responses: {
    200: json(SendEventsResult, 'What became of each event'),
    ...problems(
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'batch_too_large',
      'event_invalid',
      'type_not_allowed',
      'event_conflict',
      'overloaded',
    ),
  },
});

/** The body is checked by the compiled checker of `ingest/`, item by item, so the route is registered without one. */
export function sendEvents(app: App): void {
  const { middleware, ...documented } = route;
  app.openAPIRegistry.registerPath(documented);
  app.on('POST', [route.path], ...middleware);
  app.post(route.path, async (c) => {
    const body = await readJson(c.req);
    return c.json(await c.var.services.events.send(c.var.principal, body), 200);
  });
}
