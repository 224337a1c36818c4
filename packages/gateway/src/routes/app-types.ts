import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import type { Principal } from '../auth/principal.ts';
import type { Services } from '../services/services.ts';

/** What every request carries once the middleware has run. */
export type AppEnv = {
  Variables: {
    services: Services;
    requestId: string;
    log: Logger;
    /** Set on every path under /v1 before a handler runs. */
    principal: Principal;
    /** Asks once more, for an answer that lasts longer than a moment: a key may have been revoked meanwhile. */
    identifyAgain: () => Promise<Principal>;
  };
};

export type App = OpenAPIHono<AppEnv>;
