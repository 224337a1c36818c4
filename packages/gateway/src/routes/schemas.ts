import { z } from '@hono/zod-openapi';
import type { ErrorCode } from '../errors/codes.ts';
import { statusOfCode } from '../errors/codes.ts';
import { Problem, problemContentType } from '../errors/problem.ts';

/** Shapes that several nouns share on the wire. */

export const Money = z
  .strictObject({
    amount: z
      .string()
      .regex(/^-?\d+$/)
      .openapi({ description: 'Whole minor units, as digits: exact beyond 2^53', example: '250031563' }),
    currency: z.string().openapi({ description: 'ISO 4217', example: 'BRL' }),
  })
  .openapi('Money');

export const Timestamp = z.iso
  .datetime()
  .openapi({ description: 'RFC 3339, UTC', example: '2026-05-05T14:03:00.000Z' });

export const PlayerId = z
  .string()
  .min(1)
  .max(128)
  .openapi({ description: "The operator's own id of the player", example: 'p-1042' });

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(1024).optional().openapi({ description: 'The `nextCursor` of the page before' }),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    data: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: 'Null on the last page' }),
  });

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});

type ProblemResponse = {
  description: string;
  content: Record<typeof problemContentType, { schema: typeof Problem }>;
};

/** Documents the failures of an operation: one response a status, with the codes that it may carry. */
export function problems(...codes: ErrorCode[]): Record<string, ProblemResponse> {
  const everywhere: ErrorCode[] = [
    'key_missing',
    'key_invalid',
    'session_invalid',
    'scope_missing',
    'request_invalid',
    'internal',
    'store_unavailable',
  ];
  const ofBodies: ErrorCode[] = codes.includes('body_not_json')
    ? ['content_encoding_broken', 'request_timeout', 'content_encoding_unsupported']
    : [];
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...everywhere, ...codes, ...ofBodies]) {
    byStatus.set(statusOfCode[code], [...(byStatus.get(statusOfCode[code]) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      String(status),
      { description: list.join(', '), content: { [problemContentType]: { schema: Problem } } },
    ]),
  );
}

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({ description: 'The first answer is replayed for the same key and body, for a day' }),
});
