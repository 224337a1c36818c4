import { z } from '@hono/zod-openapi';
import { type ErrorCode, errorCodes, statusOfCode, titleOfCode } from './codes.ts';
import type { CrmbetError } from './crmbet-error.ts';

const Code = z.enum(errorCodes).openapi('ErrorCode', {
  description: 'Stable; branch on this. New ones may be added',
  example: 'not_found',
});

/** RFC 9457 problem details, as every failing operation answers. */
export const Problem = z
  .strictObject({
    type: z.string().openapi({ example: 'urn:crmbet:problem:not_found' }),
    title: z.string(),
    status: z.int(),
    code: Code,
    detail: z.string().optional(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
    requestId: z.string(),
  })
  .openapi('Problem');

export type Problem = z.infer<typeof Problem>;

export const problemContentType = 'application/problem+json';

const build = (code: ErrorCode, requestId: string): Problem => ({
  type: `urn:crmbet:problem:${code}`,
  title: titleOfCode[code],
  status: statusOfCode[code],
  code,
  requestId,
});

export const problemOf = (error: CrmbetError, requestId: string): Problem => ({
  ...build(error.code, requestId),
  detail: error.message,
  ...(error.errors.length > 0 ? { errors: error.errors } : {}),
});

/** The answer to a failure of our own: says nothing of its cause. */
export const internalProblem = (requestId: string): Problem => build('internal', requestId);

/** A problem on its way out, under its own media type and with the id of its request. */
export const problemResponse = (problem: Problem, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': problemContentType, 'x-request-id': problem.requestId, ...headers },
  });
