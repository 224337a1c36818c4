import { createRoute, z } from '@hono/zod-openapi';
import { maxModelBytes } from '../../middleware/body-limits.ts';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { idempotencyHeader, json, jsonBody, problems } from '../schemas.ts';
import { ModelName } from './schemas.ts';
import { ModelVersion } from './version-schemas.ts';

const NewImport = z
  .strictObject({
    name: ModelName.optional().openapi({ description: 'Of a new model' }),
    model: z
      .uuid()
      .optional()
      .openapi({ description: 'In its place: the model that this is another version of' }),
    manifest: z.record(z.string(), z.unknown()).openapi({
      description: 'What the file does not say of itself: as `OnnxManifest` of @crmbet/engine describes it',
      example: {
        version: 1,
        name: 'Churn, from our data team',
        features: [{ name: 'days_since_last_activity', version: '1' }],
        input: 'features',
        output: 'probability',
        meaning: 'probability',
        column: 'churn',
      },
    }),
    file: z.string().openapi({ description: `The .onnx file as base64; up to ${maxModelBytes} bytes` }),
  })
  .openapi('NewModelImport');

const route = createRoute({
  method: 'post',
  path: '/v1/models/import',
  operationId: 'importModel',
  tags: ['models'],
  summary: 'Bring a model of your own, as an ONNX file with a manifest',
  description:
    'Refused unless the file is what its manifest says, its features are in the catalogue in the versions that it was made for, and it answers. The first version of a model is served by itself.',
  ...secured('models:write', { idempotent: true }),
  request: { headers: idempotencyHeader, body: jsonBody(NewImport) },
  responses: {
    201: json(ModelVersion, 'The version that it has become'),
    ...problems(
      'not_found',
      'body_not_json',
      'body_too_large',
      'content_type_unsupported',
      'name_taken',
      'model_file_invalid',
      'overloaded',
      'idempotency_key_reused',
      'idempotency_in_progress',
    ),
  },
});

export function importModel(app: App): void {
  app.openapi(route, async (c) => {
    const { modelImports, modelVersions } = c.var.services;
    const { modelId, version } = await modelImports.bring(c.var.principal, c.req.valid('json'));
    return c.json(await modelVersions.read(c.var.principal, modelId, version), 201);
  });
}
