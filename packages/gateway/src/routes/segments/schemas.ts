import { z } from '@hono/zod-openapi';
import { Rule } from '../../segments/rule.ts';
import { PlayerId, Timestamp } from '../schemas.ts';

export const Segment = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    description: z.string().nullable(),
    kind: z.enum(['rule']),
    rule: Rule,
    size: z.int().openapi({ description: 'Members now' }),
    createdAt: Timestamp,
    evaluatedAt: Timestamp.nullable().openapi({ description: 'Last recompute over all players' }),
  })
  .openapi('Segment');

export const NewSegment = z
  .strictObject({
    name: z.string().min(1).max(128),
    description: z.string().max(1024).optional(),
    rule: Rule,
  })
  .openapi('NewSegment');

export const SegmentMember = z
  .strictObject({ player: PlayerId, enteredAt: Timestamp })
  .openapi('SegmentMember');

export const segmentParams = z.strictObject({ id: z.uuid() });
