import { createRoute, z } from '@hono/zod-openapi';
import { sessionScopes } from '../../auth/scopes.ts';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { json, jsonBody, problems, Timestamp } from '../schemas.ts';

const NewSession = z
  .strictObject({
    user: z.string().min(1).max(128).openapi({ description: "The operator's own id of the member of staff" }),
    scopes: z.array(z.enum(sessionScopes)).min(1).max(sessionScopes.length),
    origin: z.url().max(255).openapi({
      description: 'The origin of the page that embeds the widget; calls from another are refused',
      example: 'https://backoffice.example.com',
    }),
  })
  .openapi('NewSession');

const Session = z.strictObject({ token: z.string(), expiresAt: Timestamp }).openapi('Session');

const route = createRoute({
  method: 'post',
  path: '/v1/sessions',
  operationId: 'createSession',
  tags: ['sessions'],
  summary: "Mint a widget session of ten minutes, from the operator's server",
  ...secured('sessions:write'),
  request: { body: jsonBody(NewSession) },
  responses: {
    201: json(Session, 'The token, for a widget'),
    ...problems('body_not_json', 'body_too_large', 'content_type_unsupported'),
  },
});

export function createSession(app: App): void {
  app.openapi(route, async (c) =>
    c.json(await c.var.services.sessions.mint(c.var.principal, c.req.valid('json')), 201),
  );
}
