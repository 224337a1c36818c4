import { z } from '@hono/zod-openapi';
import { deadLetterChannels, deadLetterKinds } from '../../dead-letters/dead-letter.ts';
import { eventSources } from '../../ingest/source.ts';
import { Timestamp } from '../schemas.ts';

const FieldErrors = z.array(z.strictObject({ pointer: z.string(), detail: z.string() }));
const BodyHash = z.string().regex(/^[0-9a-f]{16}$/);

const summary = {
  id: z.uuid(),
  kind: z.enum(deadLetterKinds).openapi({
    description: 'rejected: no event that we take. conflict: its id is taken by an event with another body.',
  }),
  code: z.string().openapi({ description: 'Why, as the answer said it', example: 'event_invalid' }),
  errors: FieldErrors,
  source: z.enum(eventSources).openapi({ description: 'Who sent it: a secret key, or a publishable one' }),
  channel: z.enum(deadLetterChannels).openapi({ description: 'How it came in, the first time' }),
  eventId: z.string().nullable().openapi({ description: 'The id of the event, where it could be read' }),
  type: z.string().nullable().openapi({ description: 'The same of its type' }),
  player: z.string().nullable().openapi({ description: 'The same of its player' }),
  replay: z.boolean().openapi({ description: 'Whether its batch said `replay`' }),
  truncated: z.boolean().openapi({
    description: 'It was too large or nested too deep: only its beginning was kept',
  }),
  hashes: z.strictObject({ sent: BodyHash, stored: BodyHash.nullable() }).nullable().openapi({
    description: 'Of a conflict: 64 bits of its body, and of the one that is stored under its id',
  }),
  seen: z.int().openapi({ description: 'How often the same was sent' }),
  attempts: z.int().openapi({ description: 'How often it was sent again from here' }),
  receivedAt: Timestamp,
  lastSeenAt: Timestamp,
  lastAttemptAt: Timestamp.nullable(),
};

export const DeadLetterSummary = z.strictObject(summary).openapi('DeadLetterSummary');

export const DeadLetter = z
  .strictObject({
    ...summary,
    event: z
      .unknown()
      .openapi({ description: 'The item as it came; its beginning as text where it is truncated' }),
  })
  .openapi('DeadLetter');

export const deadLetterParams = z.strictObject({ id: z.uuid() });

export const deadLetterFilter = {
  kind: z.enum(deadLetterKinds).optional(),
  code: z.string().max(64).optional(),
  type: z.string().max(128).optional().openapi({ description: 'The type of the event' }),
  channel: z.enum(deadLetterChannels).optional(),
  since: Timestamp.refine((time) => !time.startsWith('0000'), 'must lie after the year 0')
    .optional()
    .openapi({ description: 'Only what was sent at this time or later' }),
};

export const ReplayedLetter = z
  .strictObject({
    id: z.uuid().openapi({
      description: 'Of the letter. It is gone when the event was accepted or a duplicate.',
    }),
    eventId: summary.eventId,
    status: z.enum(['accepted', 'duplicate', 'conflict', 'rejected']).openapi({
      description: 'What became of the event, in the words of POST /v1/events',
    }),
    code: z.string().optional(),
    errors: FieldErrors.optional(),
  })
  .openapi('ReplayedLetter');
