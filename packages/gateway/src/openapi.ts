import { OpenAPIHono } from '@hono/zod-openapi';
import { CrmbetError } from './errors/crmbet-error.ts';
import { fieldErrorsOf } from './errors/field-errors.ts';
import type { App, AppEnv } from './routes/app-types.ts';
import { registerRoutes } from './routes/register.ts';

/** An app whose refusals of bad input are problems, not the library's own bodies (those echo the input). */
export const newApp = (): App =>
  new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new CrmbetError('request_invalid', `The ${result.target} of the request is not as described.`, {
        errors: fieldErrorsOf(result.error.issues),
      });
    },
  });

export type OpenApiDocument = ReturnType<App['getOpenAPI31Document']>;

/** The OpenAPI 3.1 document of everything under /v1. Written to `openapi.json`; a test fails when they differ. */
export function openApiDocument(): OpenApiDocument {
  const app = newApp();
  registerRoutes(app);
  return describe(app);
}

export function describe(app: App): OpenApiDocument {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'sk_… (server), pk_… (event capture from a browser) or a session token (widgets)',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'CRMBet',
      version: '1',
      description: 'An embeddable CRM for betting operators: events in, features, segments and clusters out.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
}
