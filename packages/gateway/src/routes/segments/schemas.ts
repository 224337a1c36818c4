import { z } from '@hono/zod-openapi';
import { checkRule } from '../../segments/check-rule.ts';
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

/** Left to the schema: the contract asks it whether a rule may be left out. */
const isAbsent = (raw: unknown) => raw === undefined || raw === null;

export const NewSegment = z
  .strictObject({
    name: z.string().min(1).max(128),
    description: z.string().max(1024).optional(),
    // Before the schema, and with an answer of its own: what a recursive union finds wrong grows with what was sent.
    rule: z.preprocess((raw) => (isAbsent(raw) ? raw : checkRule(raw)), Rule),
  })
  .openapi('NewSegment');

export const SegmentMember = z
  .strictObject({ player: PlayerId, enteredAt: Timestamp })
  .openapi('SegmentMember');

export const segmentParams = z.strictObject({ id: z.uuid() });
