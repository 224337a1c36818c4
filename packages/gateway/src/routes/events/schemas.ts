import { z } from '@hono/zod-openapi';

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
