import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { isStoreUnavailable } from '../db/failures.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { internalProblem, type Problem, problemOf, problemResponse } from '../errors/problem.ts';
import type { AppEnv } from '../routes/app-types.ts';
import { notJson } from './read-json.ts';

/** Everything that is thrown ends here, and leaves as a problem. */
export function answerProblem(error: Error, c: Context<AppEnv>): Response {
  const { problem, retryAfter } = problemFor(error, c.var);
  return problemResponse(problem, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
}

/** What may be said of a failure, with the seconds after which to try again. The log hears the rest. */
export function problemFor(
  error: unknown,
  { requestId = 'req_none', log }: { requestId?: string; log?: Logger },
): { problem: Problem; retryAfter: number | undefined } {
  const known = error instanceof Error ? recognise(error) : undefined;
  if (known === undefined) {
    const err = error instanceof Error ? { name: error.name, stack: error.stack } : {};
    log?.error({ err, requestId }, 'request failed');
    return { problem: internalProblem(requestId), retryAfter: undefined };
  }
  if (known.code === 'store_unavailable') {
    log?.warn({ requestId, cause: error instanceof Error ? error.name : '' }, 'store unavailable');
  }
  return { problem: problemOf(known, requestId), retryAfter: known.retryAfter };
}

function recognise(error: Error): CrmbetError | undefined {
  if (error instanceof CrmbetError) return error;
  if (isStoreUnavailable(error)) {
    return new CrmbetError('store_unavailable', 'The database cannot serve this now. Try again shortly.', {
      retryAfter: 2,
      cause: error,
    });
  }
  // The library's reading of a body; ours says so itself (`readJson`).
  if (error instanceof HTTPException && error.status === 400) return notJson();
  return undefined;
}

/** An unknown path is 404; a known one with another method is 405 and says which are allowed. */
export const answerNotFound = (methodsOf: (path: string) => string[]) => (c: Context<AppEnv>) => {
  const allowed = methodsOf(c.req.path);
  const requestId = c.var.requestId;
  if (allowed.length === 0) {
    return problemResponse(
      problemOf(new CrmbetError('not_found', `There is nothing at ${c.req.path}.`), requestId),
    );
  }
  const detail = `${c.req.method} is not allowed here; ${allowed.join(', ')} ${allowed.length > 1 ? 'are' : 'is'}.`;
  return problemResponse(problemOf(new CrmbetError('method_not_allowed', detail), requestId), {
    allow: allowed.join(', '),
  });
};
