import { z } from '@hono/zod-openapi';
import { Problem } from '../../errors/problem.ts';
import { EventResult } from './schemas.ts';

const counts = {
  lines: z.int().openapi({
    description:
      'Lines from the first, blank ones included, that are answered for and durable: the place to go on from',
  }),
  accepted: z.int(),
  duplicates: z.int(),
  conflicts: z.int(),
  rejected: z.int(),
};

const UploadedItem = z
  .strictObject({
    kind: z.literal('item'),
    line: z.int().openapi({ description: 'Of the upload, from 1' }),
    ...EventResult.omit({ index: true }).shape,
  })
  .openapi('UploadedItem');

const UploadProgress = z.strictObject({ kind: z.literal('progress'), ...counts }).openapi('UploadProgress');

const UploadEnd = z
  .strictObject({
    kind: z.literal('end'),
    ...counts,
    unlisted: z.int().openapi({
      description:
        'Conflicts and refusals without a line here, because the lines were not read as fast as they were written',
    }),
    problem: Problem.optional().openapi({
      description: 'Why the upload ended before its end. Send on from line `lines` + 1',
    }),
  })
  .openapi('UploadEnd');

/** One line of the answer to an upload. The last is the `end`; without one the connection broke. */
export const UploadLine = z
  .discriminatedUnion('kind', [UploadedItem, UploadProgress, UploadEnd])
  .openapi('UploadLine');

export type UploadLine = z.infer<typeof UploadLine>;
