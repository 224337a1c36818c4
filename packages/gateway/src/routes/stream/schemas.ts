import { z } from '@hono/zod-openapi';
import { Job } from '../models/schemas.ts';
import { PlayerId, Timestamp } from '../schemas.ts';

const membership = z.strictObject({
  segment: z.strictObject({ id: z.uuid(), name: z.string() }),
  player: PlayerId,
  at: Timestamp,
});

/** The data of each message, by the name of its event. */
export const StreamMessage = z
  .union([
    z.strictObject({
      event: z.literal('player.event'),
      data: z.strictObject({
        id: z.string(),
        type: z.string(),
        player: PlayerId,
        time: Timestamp,
        brand: z.string().nullable(),
        data: z.record(z.string(), z.unknown()),
      }),
    }),
    z.strictObject({ event: z.literal('segment.entered'), data: membership }),
    z.strictObject({ event: z.literal('segment.left'), data: membership }),
    z.strictObject({ event: z.literal('job.updated'), data: Job }),
    z.strictObject({ event: z.literal('stream.reset'), data: z.strictObject({}) }),
  ])
  .openapi('StreamMessage', {
    description:
      'On the wire the event name stands in the `event:` line and only `data` is JSON. `stream.reset` says that messages may be missing before it.',
  });

export type StreamMessage = z.infer<typeof StreamMessage>;

/** What the gateway has to tell; a reset is the stream's own. */
export type Told = Exclude<StreamMessage, { event: 'stream.reset' }>;
