import { createRoute, z } from '@hono/zod-openapi';
import { secured } from '../../middleware/require-scope.ts';
import type { App } from '../app-types.ts';
import { problems } from '../schemas.ts';
import { versionParams } from './version-schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/models/{id}/versions/{version}/model.onnx',
  operationId: 'getModelOnnx',
  tags: ['models'],
  summary: 'A version as an ONNX file',
  description:
    'Its scaling is inside: it takes the features as they are, NaN where one is unknown. A model that was brought is given back as it came. With an ETag: the file of a version never changes.',
  ...secured('models:read'),
  request: {
    params: versionParams,
    headers: z.object({ 'if-none-match': z.string().max(1024).optional() }),
  },
  responses: {
    200: {
      description: 'The file',
      content: {
        'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
    304: { description: 'The caller has it already' },
    ...problems('not_found', 'model_not_ready'),
  },
});

export function getModelOnnx(app: App): void {
  app.openapi(route, async (c) => {
    const { id, version } = c.req.valid('param');
    const { bytes, fileName, etag } = await c.var.services.modelVersions.file(c.var.principal, id, version);
    const headers = { etag, 'cache-control': 'private, no-cache' };
    const known = c.req.valid('header')['if-none-match'];
    if (known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
      return new Response(null, { status: 304, headers });
    return new Response(bytes, {
      headers: {
        ...headers,
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${fileName}"`,
      },
    });
  });
}
