import { request as httpRequest } from 'node:http';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashKey } from '../auth/api-key.ts';
import type { Listening } from '../cli/listen.ts';
import { operations, readProblem } from '../testing/contract.ts';
import { routeCalls } from '../testing/route-calls.ts';
import {
  anEvent,
  createTestGateway,
  listenTo,
  type TestGateway,
  testOrigin,
} from '../testing/test-gateway.ts';
import { nowhere } from '../testing/world.ts';

let gateway: TestGateway;
let listening: Listening;

beforeAll(async () => {
  gateway = await createTestGateway();
  listening = await listenTo(gateway);
});
afterAll(async () => {
  await listening.close();
  await gateway.stop();
});

const post = (path: string, body: string) => gateway.request(path, { body });
const segment = (rule: unknown, name: unknown = 'x') =>
  gateway.request('/v1/segments', { json: { name, rule } });
const eventsOf = async (player: string) =>
  await gateway.client().players.events(player).toArray({ limit: 100 });

describe('a body', () => {
  it.each(['{', '{"a":1', "{'a':1}", '{"a":1}}', 'undefined', '\u0000', '{"a":01}', 'NaN'])(
    'that is malformed (%j) is refused as such',
    async (body) => {
      for (const path of ['/v1/events', '/v1/segments', '/v1/models', '/v1/sessions']) {
        const problem = await readProblem(await post(path, body));
        expect(problem).toMatchObject({ status: 400, code: 'body_not_json' });
        // What was sent is not sent back.
        if (body.length > 2) expect(problem.detail).not.toContain(body);
      }
    },
  );

  it.each(['null', '1', '"text"', 'true', '[]', '[{}]', '{}'])('that is %s is refused', async (body) => {
    expect(await readProblem(await post('/v1/events', body))).toMatchObject({
      status: 422,
      code: 'event_invalid',
    });
    for (const path of ['/v1/segments', '/v1/models', '/v1/sessions']) {
      expect(await readProblem(await post(path, body))).toMatchObject({
        status: 400,
        code: 'request_invalid',
      });
    }
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    '',
  ])('that calls itself %j is refused', async (type) => {
    const response = await gateway.request('/v1/events', {
      body: JSON.stringify(anEvent()),
      headers: { 'content-type': type },
    });
    expect(await readProblem(response)).toMatchObject({ status: 415, code: 'content_type_unsupported' });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'that calls itself %s is taken',
    async (type) => {
      const response = await gateway.request('/v1/events', {
        body: JSON.stringify(anEvent()),
        headers: { 'content-type': type },
      });
      expect(response.status).toBe(200);
    },
  );

  it('that nests 100,000 deep is refused wherever it goes, and harms nobody', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const deepNot = `${'{"not":'.repeat(100_000)}{"restricted":true}${'}'.repeat(100_000)}`;
    const custom = JSON.stringify(anEvent({ type: 'quest.done', player: 'deep', data: {} }));
    const answers = await Promise.all([
      post('/v1/events', deep),
      post('/v1/events', custom.replace('"data":{}', `"data":{"a":${deep}}`)),
      post('/v1/events', `{"events":${deep}}`),
      post('/v1/segments', `{"name":"deep","rule":${deepNot}}`),
      post('/v1/segments', `{"name":"deep","rule":${deep}}`),
      post('/v1/models', `{"name":"deep","k":2,"features":${deep}}`),
      post('/v1/sessions', `{"user":${deep}}`),
    ]);
    for (const answer of answers) expect([413, 422, 200]).toContain(answer.status);
    const [alone, data, inBatch, ...others] = answers;
    if (alone === undefined || data === undefined || inBatch === undefined) throw new Error('no answers');
    expect(await readProblem(alone)).toMatchObject({ code: 'event_invalid' });
    expect(await readProblem(data)).toMatchObject({ code: 'event_invalid', errors: [{ pointer: '/data' }] });
    expect(await inBatch.json()).toMatchObject({ accepted: 0, rejected: 1 });
    for (const other of others) expect(await readProblem(other)).toMatchObject({ code: 'body_too_large' });
    expect((await gateway.request('/v1/segments')).status).toBe(200);
  });

  it('that nests as deep as its size allows is refused wherever it goes', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const deepNot = `${'{"not":'.repeat(6000)}{"restricted":true}${'}'.repeat(6000)}`;
    for (const [path, body] of [
      ['/v1/segments', `{"name":"deep","rule":${deepNot}}`],
      ['/v1/segments', `{"name":"deep","rule":${deep}}`],
      ['/v1/models', `{"name":"deep","k":2,"features":${deep}}`],
      ['/v1/sessions', `{"user":${deep}}`],
    ] as const) {
      expect(await readProblem(await post(path, body))).toMatchObject({ code: 'request_invalid' });
    }
  });

  it('that is a wide and wrong rule is refused with a short answer, and 64 KiB is the most that is read', async () => {
    const leaves = (count: number) =>
      Array.from({ length: count }, () => ({ feature: 'x', op: 'x', value: 'x' }));
    const wide = JSON.stringify({
      name: 'wide',
      rule: { any: [{ all: leaves(50) }, { all: leaves(1000) }] },
    });
    const refused = await post('/v1/segments', wide);
    expect((await refused.clone().text()).length).toBeLessThan(8192);
    const problem = await readProblem(refused);
    expect(problem).toMatchObject({ status: 422, code: 'rule_invalid' });
    expect(problem.errors).toHaveLength(20);
    for (const { pointer } of problem.errors ?? [])
      expect(pointer).toMatch(/^\/rule\/any\/0\/all\/\d+\/(feature|op|value)$/);

    const sized = (bytes: number) => {
      const body = JSON.stringify({ name: 'sized', rule: { restricted: 1 } });
      return body + ' '.repeat(bytes - body.length);
    };
    expect(await readProblem(await post('/v1/segments', sized(64 * 1024)))).toMatchObject({
      code: 'rule_invalid',
    });
    expect(await readProblem(await post('/v1/segments', sized(64 * 1024 + 1)))).toMatchObject({
      code: 'body_too_large',
    });
  });
});

describe('a request without a body', () => {
  it('is taken over HTTP where none is needed, and refused where one is', async () => {
    const headers = { authorization: `Bearer ${gateway.tenant.secretKey}` };
    const ask = (path: string, method: string) => fetch(`${listening.url}${path}`, { method, headers });
    const [cancelled, deleted] = [
      await ask(`/v1/jobs/${nowhere.job}/cancel`, 'POST'),
      await ask(`/v1/segments/${nowhere.segment}`, 'DELETE'),
    ];
    for (const answer of [cancelled, deleted])
      expect(await readProblem(answer)).toMatchObject({ status: 404, code: 'not_found' });
    for (const path of ['/v1/events', '/v1/segments']) {
      expect((await readProblem(await ask(path, 'POST'))).status).toBeOneOf([400, 415]);
    }
  });
});

describe('a body of 50 MB', () => {
  const megabyte = Buffer.alloc(1024 * 1024, ' ');

  /** Sends over a socket of its own until the gateway answers or hangs up. */
  const upload = (headers: Record<string, string>, path = '/v1/events') =>
    new Promise<{ status: number; type: string; body: string; sent: number }>((resolve, reject) => {
      let sent = 0;
      let answered = false;
      const request = httpRequest(`${listening.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${gateway.tenant.secretKey}`,
          'content-type': 'application/json',
          ...headers,
        },
      });
      request.once('response', (response) => {
        answered = true;
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.once('end', () => {
          request.destroy();
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            body,
            sent,
          });
        });
        response.once('error', reject);
      });
      request.on('error', (error) => {
        if (!answered) reject(error);
      });
      const next = () => {
        if (answered || request.destroyed) return;
        if (sent === 50) return void request.end();
        sent += 1;
        if (request.write(megabyte)) setImmediate(next);
        else request.once('drain', next);
      };
      next();
    });

  it.each([
    ['declared', { 'content-length': String(50 * 1024 * 1024) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('%s is refused with a problem, without being kept', async (_, headers) => {
    for (const path of ['/v1/events', '/v1/segments']) {
      const before = process.memoryUsage().arrayBuffers;
      const { status, type, body } = await upload(headers, path);
      expect([status, type]).toEqual([413, 'application/problem+json']);
      expect(JSON.parse(body)).toMatchObject({ code: 'body_too_large', status: 413 });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * 1024 * 1024);
    }
    // Whoever comes next is served.
    expect(
      (
        await fetch(`${listening.url}/v1/segments`, {
          headers: { authorization: `Bearer ${gateway.tenant.secretKey}` },
        })
      ).status,
    ).toBe(200);
  });

  it('within the limit is read', async () => {
    const padded = `${JSON.stringify(anEvent({ player: 'padded' }))}${' '.repeat(3 * 1024 * 1024)}`;
    const response = await fetch(`${listening.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.tenant.secretKey}`, 'content-type': 'application/json' },
      body: padded,
    });
    expect(response.status).toBe(200);
    expect(await eventsOf('padded')).toHaveLength(1);
  });
});

describe('text that PostgreSQL cannot keep', () => {
  const bad = ['a\0b', '\ud800', 'x\udfff'];

  it.each(bad)('(%j) is refused in every body, and stored nowhere', async (text) => {
    const bodies: [string, unknown][] = [
      ['/v1/segments', { name: text, rule: { restricted: true } }],
      ['/v1/segments', { name: 'n', description: text, rule: { restricted: true } }],
      ['/v1/segments', { name: 'n', rule: { attribute: 'brand', op: 'in', values: ['a', text] } }],
      ['/v1/models', { name: text, k: 2 }],
      ['/v1/sessions', { user: text, scopes: ['players:read'], origin: testOrigin }],
    ];
    for (const [path, json] of bodies) {
      expect(await readProblem(await gateway.request(path, { json }))).toMatchObject({
        status: 400,
        code: 'request_invalid',
      });
    }
    expect(
      (await gateway.client().segments.list().toArray({ limit: 100 })).map(({ name }) => name),
    ).not.toContain('n');
  });

  it('is refused in every query, and names nobody in a path', async () => {
    for (const { operationId, parameters } of operations) {
      const call = routeCalls[operationId]?.good(nowhere);
      for (const { name } of parameters.filter((parameter) => parameter.in === 'query')) {
        for (const text of ['%00', 'a%00b', '%ff%fe']) {
          const path = `${call?.path.split('?')[0]}?${name}=${text}`;
          const response = await gateway.request(path);
          expect(response.status, path).toBeLessThan(500);
          if (text !== '%ff%fe') expect(await readProblem(response), path).toMatchObject({ status: 400 });
          await response.body?.cancel();
        }
      }
    }
    for (const path of [
      '/v1/players/%00',
      '/v1/players/a%00b/events',
      '/v1/players/%ff',
      '/v1/segments/%00',
      '/v1/jobs/%ff/cancel',
    ]) {
      const response = await gateway.request(path);
      expect([400, 404, 405], path).toContain(response.status);
      await readProblem(response);
    }
  });
});

describe('dates and numbers in a query', () => {
  it.each([
    'reports/kpis?from=2026-02-30',
    'reports/kpis?from=yesterday',
    'reports/kpis?to=2026-13-01',
    'reports/kpis?from=0000-01-01',
    'reports/kpis?from=2026-01-01T00:00:00Z',
    'reports/kpis?series=yes',
    'players?limit=0',
    'players?limit=1001',
    'players?limit=1.5',
    'players?limit=ten',
    'players?limit=',
    'players?limit=-1',
    'players?limit=1&limit=2',
    'players?sort=name',
    'players?segment=all',
    'players?cluster=-2',
    'players?cluster=2147483648',
    'players?cluster=999999999999',
    'players?q=',
    'players/p-1/days?days=401',
    'models/00000000-0000-7000-8000-000000000002/points?limit=50001',
    'segments/not-a-uuid',
    "segments/1'%20OR%20'1'='1",
  ])('%s is refused', async (path) => {
    expect(await readProblem(await gateway.request(`/v1/${path}`))).toMatchObject({
      status: 400,
      code: 'request_invalid',
    });
  });
});

describe('keys that JavaScript knows', () => {
  it('are plain data in an event, come back as they were sent, and pollute nothing', async () => {
    const data = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}';
    const event = JSON.stringify(anEvent({ type: 'quest.done', player: 'proto', data: {} })).replace(
      '"data":{}',
      `"data":${data}`,
    );
    expect((await post('/v1/events', event)).status).toBe(200);
    expect((await post('/v1/events', `{"events":[${event}]}`)).status).toBe(200);
    const response = await gateway.request('/v1/players/proto/events');
    expect(await response.text()).toContain('"__proto__": {"polluted": true}'.replaceAll(': ', ':'));
    expect(await eventsOf('proto')).toHaveLength(1);
    expect({}).not.toHaveProperty('polluted');
  });

  it('are unknown fields everywhere else', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const unknown = `"${key}":{"polluted":true}`;
      const bodies: [string, string][] = [
        ['/v1/events', `{"events":[],${unknown}}`],
        ['/v1/segments', `{"name":"p","rule":{"restricted":true},${unknown}}`],
        ['/v1/models', `{"name":"p","k":2,${unknown}}`],
        ['/v1/sessions', `{"user":"u","scopes":["players:read"],"origin":"${testOrigin}",${unknown}}`],
      ];
      for (const [path, body] of bodies) {
        expect(await readProblem(await post(path, body)), body).toMatchObject({ code: 'request_invalid' });
      }
      const rule = `{"name":"p","rule":{"restricted":true,${unknown}}}`;
      expect(await readProblem(await post('/v1/segments', rule))).toMatchObject({ code: 'rule_invalid' });
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it('are no types, features or players', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(
        await readProblem(await segment({ feature: name.toLowerCase(), op: 'gt', value: 1 })),
      ).toMatchObject({ status: expect.toSatisfy((status: number) => status < 500) });
      expect(
        await readProblem(await gateway.request('/v1/models', { json: { name, k: 2, features: [name] } })),
      ).toMatchObject({ code: 'request_invalid' });
      expect(await readProblem(await gateway.request(`/v1/players/${name}`))).toMatchObject({
        code: 'not_found',
      });
    }
  });
});

describe('a long id', () => {
  it('is refused in an event and in a path, at any length', async () => {
    for (const length of [129, 1000, 100_000]) {
      const long = 'x'.repeat(length);
      for (const field of ['id', 'player', 'brand']) {
        const response = await gateway.request('/v1/events', { json: anEvent({ [field]: long }) });
        const problem = await readProblem(response);
        expect(problem).toMatchObject({ code: 'event_invalid', errors: [{ pointer: `/${field}` }] });
        expect(JSON.stringify(problem).length).toBeLessThan(2000);
      }
      expect(await readProblem(await gateway.request(`/v1/players/${long}`))).toMatchObject({ status: 400 });
    }
    const longest = 'y'.repeat(128);
    expect((await gateway.client().events.send(anEvent({ id: longest, player: longest }))).accepted).toBe(1);
    expect(await eventsOf(longest)).toMatchObject([{ id: longest }]);
  });

  it('may hold anything that is text, and is found again', async () => {
    for (const player of ['a/b', 'a b', 'a%2Fb', 'é漢🎲', "'; DROP TABLE x; --", '"', '\\', 'a?b#c', '%']) {
      await gateway.client().events.send(anEvent({ player }));
      expect((await gateway.client().players.get(player)).id).toBe(player);
    }
  });
});

describe('a key', () => {
  it('works only as it was given', async () => {
    const key = gateway.tenant.secretKey;
    const altered = [
      key.slice(0, -1),
      `${key}A`,
      key.toUpperCase(),
      key.replace('sk_', 'pk_'),
      `${key}=`,
      `sk_${key}`,
      key.replace('sk_', ''),
    ];
    for (const credential of altered) {
      expect(await readProblem(await gateway.request('/v1/players', { credential }))).toMatchObject({
        status: 401,
        code: 'key_invalid',
      });
    }
    for (const authorization of [
      `bearer ${key}`,
      `Bearer  ${key}`,
      `Bearer ${key} x`,
      `Bearer ${key},`,
      key,
      `Token ${key}`,
    ]) {
      const response = await gateway.request('/v1/players', { credential: null, headers: { authorization } });
      expect(await readProblem(response), authorization).toMatchObject({ status: 401, code: 'key_invalid' });
    }
    const long = await gateway.request('/v1/players', { credential: `sk_${'x'.repeat(10_000)}` });
    expect(await readProblem(long)).toMatchObject({ status: 401 });
  });

  it('is in no table of the database, and stops working once it is revoked', async () => {
    const neighbour = await gateway.addTenant();
    const { sql } = gateway.running.db;
    const tables = await sql<{ name: string }[]>`
      SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
      WHERE table_schema IN ('crmbet', 'crmbet_jobs') AND table_type = 'BASE TABLE'`;
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const [row] = await sql.unsafe(
        `SELECT count(*) AS found FROM ${name} t WHERE t::text LIKE '%' || $1 || '%'`,
        [neighbour.secretKey.slice(3)],
      );
      expect(row?.found, name).toBe(0n);
    }
    expect((await gateway.request('/v1/players', { credential: neighbour.secretKey })).status).toBe(200);
    await sql`UPDATE crmbet.api_keys SET revoked_at = ${new Date()} WHERE hash = ${Buffer.from(hashKey(neighbour.secretKey))}`;
    const end = Date.now() + 10_000;
    let status = 200;
    while (status === 200 && Date.now() < end)
      ({ status } = await gateway.request('/v1/players', { credential: neighbour.secretKey }));
    expect(status).toBe(401);
  });
});

describe('a session', () => {
  const ask = async (credential: string, headers: Record<string, string> = {}) =>
    await gateway.request('/v1/players', { credential, headers });
  const secretOf = async (tenantId: string) => {
    const [row] = await gateway.running.db.sql<
      { session_secret: Uint8Array }[]
    >`SELECT session_secret FROM crmbet.tenants WHERE id = ${tenantId}`;
    if (row === undefined) throw new Error('no tenant');
    return row.session_secret;
  };

  it('minted by the API is taken from its page alone, and from a server', async () => {
    const { token } = await gateway
      .client()
      .sessions.create({ user: 'ana', scopes: ['players:read'], origin: `${testOrigin}/page?x=1` });
    expect((await ask(token)).status).toBe(200);
    expect((await ask(token, { origin: testOrigin })).status).toBe(200);
    for (const origin of [
      'https://evil.example.com',
      'http://backoffice.example.com',
      'null',
      `${testOrigin}:444`,
      `${testOrigin}/`,
    ]) {
      expect(await readProblem(await ask(token, { origin }))).toMatchObject({
        status: 403,
        code: 'origin_refused',
      });
    }
  });

  it('is refused in any other spelling', async () => {
    const token = await gateway.session();
    expect((await ask(token)).status).toBe(200);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 32 bytes leave four spare bits in the last letter: sixteen spellings of one signature.
    const last = alphabet.indexOf(signature.at(-1) ?? '');
    const twins = [...alphabet]
      .filter((_, index) => index !== last && index >> 2 === last >> 2)
      .map((letter) => signature.slice(0, -1) + letter);
    expect(twins).toHaveLength(3);
    for (const twin of twins) {
      expect(Buffer.from(twin, 'base64url').equals(Buffer.from(signature, 'base64url'))).toBe(true);
    }
    const altered = [
      ...twins.map((twin) => `${header}.${payload}.${twin}`),
      `${token}=`,
      `${token}.`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}==`,
      `.${token}`,
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}..${signature}`,
      `${payload}.${header}.${signature}`,
    ];
    for (const credential of altered) {
      expect(await readProblem(await ask(credential)), credential).toMatchObject({
        status: 401,
        code: 'session_invalid',
      });
    }
    for (const authorization of [
      `Bearer ${header} .${payload}.${signature}`,
      `Bearer ${token} `.concat('x'),
      `Bearer\t${token}`,
    ]) {
      const response = await gateway.request('/v1/players', { credential: null, headers: { authorization } });
      expect(await readProblem(response)).toMatchObject({ status: 401 });
    }
  });

  it('is refused when any letter of it is another', async () => {
    const token = await gateway.session();
    for (let at = 0; at < token.length; at += 7) {
      const letter = token[at] === 'A' ? 'B' : 'A';
      const response = await ask(token.slice(0, at) + letter + token.slice(at + 1));
      expect((await readProblem(response)).status).toBe(401);
    }
  });

  it('is refused with no algorithm, or another, or another tenant in its head', async () => {
    const { tenantId } = gateway.tenant;
    const secret = await secretOf(tenantId);
    const neighbour = await gateway.addTenant();
    const claims = { origin: testOrigin, scopes: ['players:read'] };
    const make = (head: { alg: string; kid?: string }, of = secret, more: object = {}) =>
      new SignJWT({ ...claims, ...more })
        .setProtectedHeader(head)
        .setIssuer('crmbet')
        .setAudience('crmbet-widgets')
        .setSubject('ana')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(of);
    // The recipe is right: only what is changed below is wrong.
    expect((await ask(await make({ alg: 'HS256', kid: tenantId }))).status).toBe(200);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [, payload, signature] = (await make({ alg: 'HS256', kid: tenantId })).split('.');
    const forged = [
      `${part({ alg: 'none', kid: tenantId })}.${payload}.`,
      `${part({ alg: 'none', kid: tenantId })}.${payload}.${signature}`,
      `${part({ alg: 'None', kid: tenantId })}.${payload}.AA`,
      `${part({ alg: 'RS256', kid: tenantId })}.${payload}.${signature}`,
      await make({ alg: 'HS512', kid: tenantId }, Buffer.concat([secret, secret])),
      await make({ alg: 'HS256', kid: neighbour.tenantId }),
      await make({ alg: 'HS256', kid: tenantId }, await secretOf(neighbour.tenantId)),
      await make({ alg: 'HS256', kid: '00000000-0000-7000-8000-000000000000' }),
      await make({ alg: 'HS256', kid: "' OR 1=1 --" }),
      await make({ alg: 'HS256' }),
      await make({ alg: 'HS256', kid: tenantId }, new Uint8Array(32)),
      await make({ alg: 'HS256', kid: tenantId }, secret, { scopes: ['events:write'] }),
      await make({ alg: 'HS256', kid: tenantId }, secret, { scopes: 'players:read' }),
      await make({ alg: 'HS256', kid: tenantId }, secret, { origin: 7 }),
    ];
    for (const token of forged) {
      expect(await readProblem(await ask(token)), token).toMatchObject({
        status: 401,
        code: 'session_invalid',
      });
    }
  });

  it('is refused for another audience or issuer, without an end, and after its end', async () => {
    const { tenantId } = gateway.tenant;
    const secret = await secretOf(tenantId);
    const base = () =>
      new SignJWT({ origin: testOrigin, scopes: ['players:read'] })
        .setProtectedHeader({ alg: 'HS256', kid: tenantId })
        .setSubject('ana')
        .setIssuedAt();
    const forged = [
      await base().setIssuer('crmbet').setAudience('other').setExpirationTime('5m').sign(secret),
      await base().setIssuer('other').setAudience('crmbet-widgets').setExpirationTime('5m').sign(secret),
      await base().setIssuer('crmbet').setAudience('crmbet-widgets').sign(secret),
      await base()
        .setIssuer('crmbet')
        .setAudience('crmbet-widgets')
        .setNotBefore('1h')
        .setExpirationTime('2h')
        .sign(secret),
      await gateway.session({}, gateway.tenant, new Date(Date.now() - 601_000)),
    ];
    for (const token of forged)
      expect(await readProblem(await ask(token))).toMatchObject({ status: 401, code: 'session_invalid' });
    expect(
      (await ask(await gateway.session({}, gateway.tenant, new Date(Date.now() - 590_000)))).status,
    ).toBe(200);
  });

  it('cannot be minted for more than a widget may do, or for what is no page', async () => {
    const wanted = { user: 'ana', scopes: ['players:read'], origin: testOrigin };
    const bad = [
      { ...wanted, scopes: ['events:write'] },
      { ...wanted, scopes: ['sessions:write'] },
      { ...wanted, scopes: [] },
      { ...wanted, scopes: ['*'] },
      { ...wanted, origin: 'backoffice.example.com' },
      { ...wanted, origin: 'data:text/html,x' },
      { ...wanted, origin: 'javascript:alert(1)' },
      { ...wanted, user: '' },
    ];
    for (const json of bad) {
      expect(
        await readProblem(await gateway.request('/v1/sessions', { json })),
        JSON.stringify(json),
      ).toMatchObject({ status: 400, code: 'request_invalid' });
    }
  });
});
