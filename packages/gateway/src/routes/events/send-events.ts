import { createRoute, z } from '@hono/zod-openapi';
import { Event } from '../../ingest/event.ts';
import { ndjson } from '../../middleware/body-limits.ts';
import { readJson } from '../../middleware/read-json.ts';
import { secured } from '../../middleware/require-scope.ts';
import { defaultUploadLimits } from '../../services/events/uploads-service.ts';
import type { App } from '../app-types.ts';
import { json, jsonBody, problems } from '../schemas.ts';
import { EventResult } from './schemas.ts';
import { streamEvents, UploadQuery } from './stream-events.ts';
import { UploadLine } from './upload-schemas.ts';

const EventBatch = z
  .strictObject({
    events: z.array(Event).min(1).max(1000),
    replay: z.boolean().optional().openapi({ description: 'Writes state without triggering any action' }),
  })
  .openapi('EventBatch');

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
  summary: 'Send one event, a batch of up to 1,000, or an upload of any number',
  description: `Answers after the events are durable, one result an event. In a batch a bad event never takes the good ones with it. One event sent alone answers 422 when it is rejected and 409 when its id is taken. As application/x-ndjson the body is one event a line, up to 1 GiB, a line up to ${defaultUploadLimits.maxLineBytes / 1024} KiB (CRMBET_MAX_LINE_BYTES of the gateway), read as fast as it can be stored; the answer is lines too, and begins when the first events are durable. Its last line has the kind \`end\`: with a \`problem\` there, or without such a line, send on from line \`lines\` + 1. What was stored is a duplicate when it is sent again. A line that is no event, or too long, is rejected by itself.`,
  ...secured('events:write'),
  request: {
    query: UploadQuery,
    body: {
      required: true,
      content: { ...jsonBody(z.union([Event, EventBatch])).content, [ndjson]: { schema: Event } },
    },
  },
  responses: {
    200: {
      description: 'What became of each event',
      content: { ...json(SendEventsResult, '').content, [ndjson]: { schema: UploadLine } },
    },
    ...problems(
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'batch_too_large',
      'event_invalid',
      'event_too_late',
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
  app.on('POST', [route.path], ...middleware, streamEvents);
  app.post(route.path, async (c) => {
    const body = await readJson(c.req);
    return c.json(await c.get('services').events.send(c.get('principal'), body), 200);
  });
}
