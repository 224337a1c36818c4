import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CRMBet } from '@crmbet/sdk';

export type BackOfficeOptions = {
  /** Where the gateway is. */
  url: string;
  /** `sk_…`: stays on this server. */
  secretKey: string;
  /** The origin that people open this page at; the gateway's own where it serves the page too. */
  origin?: string;
  /** The built elements, where they are not to be found beside `@crmbet/widgets`. */
  widgetsFile?: string;
  /** The folder of the built engine, where it is not to be found beside `@crmbet/engine`. */
  engineFolder?: string;
};

/** What a member of staff of this operator may do through the elements. */
const scopes = [
  'players:read',
  'segments:read',
  'segments:write',
  'models:read',
  'models:write',
  'reports:read',
  'stream:read',
] as const;

/** A real back office knows who has signed in. This one has a single member of staff. */
const signedIn = { id: 'marina.costa' };

const files: Record<string, { file: string; type: string }> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/app.css': { file: 'app.css', type: 'text/css; charset=utf-8' },
  '/app.js': { file: 'app.js', type: 'text/javascript; charset=utf-8' },
  '/favicon.svg': { file: 'favicon.svg', type: 'image/svg+xml' },
};

/**
 * The operator's server as a web-standard handler: the page, the elements, and `POST /session`, which turns the secret
 * key into a session of ten minutes for whoever is signed in.
 */
export function createBackOffice(options: BackOfficeOptions): (request: Request) => Promise<Response> {
  const gateway = new URL(options.url);
  const origin = new URL(options.origin ?? options.url).origin;
  const crmbet = new CRMBet({ apiKey: options.secretKey, baseUrl: options.url });
  const widgets = options.widgetsFile ?? builtWidgets();
  const engine = pathToFileURL(options.engineFolder ?? builtEngine());
  const headers = securityHeaders(gateway.origin === origin ? [] : [gateway.origin]);

  return async (request) => {
    const { pathname, host } = new URL(request.url);
    if (request.method === 'POST' && pathname === '/session') {
      const from = request.headers.get('origin');
      if (from !== null && from !== origin) return answer('Not from this page.', 403, 'text/plain', headers);
      const session = await crmbet.sessions.create({ user: signedIn.id, scopes: [...scopes], origin });
      return answer(JSON.stringify({ ...session, scopes }), 201, 'application/json', {
        ...headers,
        'cache-control': 'no-store',
      });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return answer('Only GET, and POST /session.', 405, 'text/plain', { ...headers, allow: 'GET, HEAD' });
    }
    // A session is good for one origin, so who came by the other name of this machine is sent to the right one.
    if (pathname === '/' && isTwin(host, origin)) return Response.redirect(`${origin}/`, 307);
    if (pathname === '/crmbet/widgets.js') {
      return answer(await readFile(widgets), 200, 'text/javascript; charset=utf-8', headers);
    }
    const part = /^\/crmbet\/engine\/([\w-]+\.js)$/.exec(pathname)?.[1];
    if (part !== undefined) {
      const code = await readFile(new URL(part, `${engine}/`)).catch(() => undefined);
      if (code !== undefined) return answer(code, 200, 'text/javascript; charset=utf-8', workerHeaders);
    }
    const known = Object.hasOwn(files, pathname) ? files[pathname] : undefined;
    if (known === undefined) return answer('Not found.', 404, 'text/plain', headers);
    const body = await readFile(new URL(`public/${known.file}`, import.meta.url));
    if (known.file !== 'index.html' || gateway.origin === origin)
      return answer(body, 200, known.type, headers);
    const page = body
      .toString('utf8')
      .replace('session-url=', `base-url="${escapeAttribute(options.url)}" session-url=`);
    return answer(page, 200, known.type, headers);
  };
}

function answer(
  body: string | Uint8Array,
  status: number,
  type: string,
  headers: Record<string, string>,
): Response {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
  return new Response(bytes, { status, headers: { ...headers, 'content-type': type } });
}

/** Nothing inline, nothing evaluated, nothing from elsewhere: the elements work under the strictest policy. */
function securityHeaders(gateways: string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src ${["'self'", ...gateways].join(' ')}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-cache',
  };
}

/**
 * A worker obeys the policy that its own file came with. This one may start more workers and compile WebAssembly, and may
 * connect to nothing at all: the browser itself keeps it from sending anything.
 */
const workerHeaders = {
  'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

function isTwin(host: string, origin: string): boolean {
  const own = new URL(origin);
  const came = new URL(`${own.protocol}//${host}`);
  return (
    came.host !== own.host &&
    came.port === own.port &&
    loopback.has(came.hostname) &&
    loopback.has(own.hostname)
  );
}

const escapeAttribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** The one-file build. In the workspace the package resolves to its source, beside which the build lies. */
function builtWidgets(): string {
  const resolved = import.meta.resolve('@crmbet/widgets/autoloader');
  return fileURLToPath(resolved.replace(/\/src\/autoloader\.ts$/, '/dist/autoloader.js'));
}

function builtEngine(): string {
  const resolved = fileURLToPath(import.meta.resolve('@crmbet/engine'));
  return resolved.replace(/[\\/](src|dist)[\\/]index\.[jt]s$/, '/dist');
}
