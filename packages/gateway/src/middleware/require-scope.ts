import { createMiddleware } from 'hono/factory';
import type { Scope } from '../auth/scopes.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { AppEnv } from '../routes/app-types.ts';
import { idempotency } from './idempotency.ts';

/** Refuses a credential that does not hold the scope. */
const requireScope = (scope: Scope) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (!c.get('principal').scopes.includes(scope)) {
      throw new CrmbetError(
        'scope_missing',
        `This needs the scope ${scope}, which the credential does not have.`,
      );
    }
    await next();
  });

/**
 * Spread into a route: its scope, enforced and documented from one word. A POST that creates is `idempotent` as well, for those who
 * hold the scope and for nobody else.
 */
export const secured = (scope: Scope, options: { idempotent?: boolean } = {}) => ({
  security: [{ bearer: [] }],
  'x-scope': scope,
  middleware: options.idempotent === true ? [requireScope(scope), idempotency] : [requireScope(scope)],
});
