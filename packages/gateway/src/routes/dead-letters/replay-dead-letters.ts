import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { idempotencyHeader, json, jsonBody, problems } from '../schemas.ts';
import { deadLetterFilter, ReplayedLetter } from './schemas.ts';

const Wanted = z
  .strictObject({
    ...deadLetterFilter,
    limit: z.int().min(1).max(1000).default(1000),
    cursor: z
      .string()
      .max(1024)
      .optional()
      .openapi({ description: 'The `nextCursor` of the call before: goes on behind what that one tried' }),
  })
  .openapi('DeadLettersToReplay');

const Answer = z
  .strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    conflicts: z.int(),
    rejected: z.int(),
    results: z.array(ReplayedLetter).openapi({ description: 'One a letter, oldest first' }),
    nextCursor: z.string().nullable().openapi({ description: 'Null when all that matched were tried' }),
  })
  .openapi('ReplayedLetters');

const route = createRoute({
  method: 'post',
  path: '/v1/dead-letters/replay',
  operationId: 'replayDeadLetters',
  tags: ['dead letters'],
  summary: 'Send up to 1,000 dead letters again, oldest first',
  description: 'Those that match, each as by a replay of its own. Letters that stay are tried once a walk.',
  ...secured('dead-letters:write', { idempotent: true }),
  request: { headers: idempotencyHeader, body: jsonBody(Wanted) },
  responses: {
    200: json(Answer, 'What became of each'),
    ...problems(
      'cursor_invalid',
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'overloaded',
      'idempotency_key_reused',
      'idempotency_in_progress',
    ),
  },
});

export function replayDeadLetters(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.deadLetters.replayMany(c.var.principal, c.req.valid('json')), 200),
  );
}
