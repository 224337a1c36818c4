import { createRoute, z } from '@hono/zod-openapi';
import { isObject } from '../../errors/is-object.ts';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { idempotencyHeader, json, problems } from '../schemas.ts';
import { deadLetterParams, ReplayedLetter } from './schemas.ts';

const Correction = z
  .strictObject({
    event: z.custom<Record<string, unknown>>(isObject, 'must be an event').optional().openapi({
      type: 'object',
      description:
        'Sent in place of what was kept, and checked like any event. Without it, what was kept is sent.',
    }),
  })
  .openapi('DeadLetterCorrection');

const route = createRoute({
  method: 'post',
  path: '/v1/dead-letters/{id}/replay',
  operationId: 'replayDeadLetter',
  tags: ['dead letters'],
  summary: 'Send a dead letter again, as it is or corrected',
  description:
    'The event takes the way of any event, as sent by whoever sent it first. When it is stored, now or before, the letter is gone; otherwise the letter stays, with the reason that it has now. A correction that is refused changes no reason.',
  ...secured('dead-letters:write', { idempotent: true }),
  request: {
    params: deadLetterParams,
    headers: idempotencyHeader,
    body: { required: false, content: { 'application/json': { schema: Correction } } },
  },
  responses: {
    200: json(ReplayedLetter, 'What became of the event'),
    ...problems(
      'not_found',
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'dead_letter_incomplete',
      'overloaded',
      'idempotency_key_reused',
      'idempotency_in_progress',
    ),
  },
});

export function replayDeadLetter(app: App): void {
  app.openapi(route, async (c) => {
    const { event } = c.req.valid('json');
    return c.json(
      await c.var.services.deadLetters.replay(c.var.principal, c.req.valid('param').id, event),
      200,
    );
  });
}
