import { createRoute } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { idempotencyHeader, json, jsonBody, problems } from '../schemas.ts';
import { NewSegment, Segment } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/segments',
  operationId: 'createSegment',
  tags: ['segments'],
  summary: 'Create a segment by rule',
  description: 'Answers once every player has been placed.',
  ...secured('segments:write', { idempotent: true }),
  request: { headers: idempotencyHeader, body: jsonBody(NewSegment) },
  responses: {
    201: json(Segment, 'The segment, filled'),
    ...problems(
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'rule_invalid',
      'name_taken',
      'idempotency_key_reused',
      'idempotency_in_progress',
    ),
  },
});

export function createSegment(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.segments.create(c.var.principal, c.req.valid('json')), 201),
  );
}
