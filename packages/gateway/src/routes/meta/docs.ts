import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { App } from '../app-types.ts';

/** The reference as a page. Its script is served from here: a gateway must not send its readers to a CDN. */

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>CRMBet API</title>
  </head>
  <body>
    <script id="api-reference" data-url="/openapi.json" data-configuration='{"withDefaultFonts":false,"telemetry":false,"hideClientButton":true,"showDeveloperTools":"never","agent":{"disabled":true},"mcp":{"disabled":true}}'></script>
    <script src="/docs/reference.js"></script>
  </body>
</html>
`;

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

let script: Promise<Uint8Array<ArrayBuffer>> | undefined;

const readScript = async () => {
  const entry = createRequire(import.meta.url).resolve('@scalar/api-reference');
  return new Uint8Array(await readFile(join(dirname(entry), 'browser/standalone.js')));
};

export function docs(app: App): void {
  app.get('/docs', (c) => c.html(page, 200, { 'content-security-policy': policy }));
  app.get('/docs/reference.js', async (c) => {
    script ??= readScript().catch((error: unknown) => {
      script = undefined; // a later reader may have more luck
      throw error;
    });
    return c.body(await script, 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600',
    });
  });
}
