import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackOffice } from './server.ts';

const url = 'http://127.0.0.1:8787';
const options = {
  url,
  secretKey: 'sk_secret',
  widgetsFile: new URL('public/app.js', import.meta.url).pathname,
  engineFolder: new URL('public', import.meta.url).pathname,
};
const get = (site: ReturnType<typeof createBackOffice>, path: string, from = url) =>
  site(new Request(`${from}${path}`));

describe('the back office', () => {
  const minted = vi.fn(async (_url: unknown, _init?: RequestInit) =>
    Response.json({ token: 'minted', expiresAt: '2030-01-01T00:00:00.000Z' }, { status: 201 }),
  );
  beforeEach(() => {
    minted.mockClear();
    vi.stubGlobal('fetch', minted);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('serves its page under a policy that allows nothing inline, and a page that needs nothing inline', async () => {
    const response = await get(createBackOffice(options), '/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';");
    expect(policy).not.toContain('unsafe');
    const page = await response.text();
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    expect(page).toContain('<crmbet-session session-url="/session">');
  });

  it('serves every file that its page asks for', async () => {
    const site = createBackOffice(options);
    const page = await (await get(site, '/')).text();
    const asked = [...page.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path = '']) => path);
    expect(asked).toContain('/crmbet/widgets.js');
    for (const path of asked) expect((await get(site, path)).status, path).toBe(200);
    expect(await (await get(site, '/crmbet/widgets.js')).text()).toBe(
      await readFile(options.widgetsFile, 'utf8'),
    );
  });

  it('serves the engine under a policy that lets its workers connect to nothing', async () => {
    const site = createBackOffice(options);
    const response = await get(site, '/crmbet/engine/app.js');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(response.status).toBe(200);
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("'wasm-unsafe-eval'");
    for (const path of ['nothing.js', '../app.css', '..%2fserver.ts', 'app.css'])
      expect((await get(site, `/crmbet/engine/${path}`)).status, path).not.toBe(500);
    expect((await get(site, '/crmbet/engine/nothing.js')).status).toBe(404);
  });

  it('turns its secret key into a session of its own origin, and never shows the key', async () => {
    const site = createBackOffice(options);
    const response = await site(new Request(`${url}/session`, { method: 'POST', headers: { origin: url } }));
    const body: unknown = await response.json();
    expect(body).toMatchObject({ token: 'minted', scopes: expect.arrayContaining(['players:read']) });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const [[target, init] = []] = minted.mock.calls;
    expect(String(target)).toBe(`${url}/v1/sessions`);
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer sk_secret');
    expect(JSON.parse(String(init?.body))).toMatchObject({ user: 'marina.costa', origin: url });
    expect(JSON.stringify(body)).not.toContain('sk_secret');
  });

  it('gives no session to another page', async () => {
    const request = new Request(`${url}/session`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect((await createBackOffice(options)(request)).status).toBe(403);
    expect(minted).not.toHaveBeenCalled();
  });

  it('tells its page where the gateway is when that is another origin, and allows calls there only', async () => {
    const origin = 'http://127.0.0.1:8790';
    const response = await get(createBackOffice({ ...options, origin }), '/', origin);
    expect(await response.text()).toContain(`base-url="${url}" session-url="/session"`);
    expect(response.headers.get('content-security-policy')).toContain(`connect-src 'self' ${url};`);
  });

  it('sends a visitor who came by the other name of this machine to the name that sessions are good for', async () => {
    const response = await get(createBackOffice(options), '/', 'http://localhost:8787');
    expect([response.status, response.headers.get('location')]).toEqual([307, `${url}/`]);
    expect((await get(createBackOffice(options), '/', 'http://localhost:9999')).status).toBe(200);
  });

  it.each(['/server.ts', '/../server.ts', '/%2e%2e/server.ts', '/constructor', '/public/app.js'])(
    'does not serve %s',
    async (path) => {
      expect((await get(createBackOffice(options), path)).status).toBe(404);
    },
  );

  it('takes no other method', async () => {
    const response = await createBackOffice(options)(new Request(`${url}/`, { method: 'PUT' }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
