import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishableScopes, scopes, sessionScopes } from '../auth/scopes.ts';
import { faultsOf, type Operation, operations, readProblem } from '../testing/contract.ts';
import { type RouteCall, routeCalls } from '../testing/route-calls.ts';
import {
  type Call,
  createTestGateway,
  type TestGateway,
  type TestTenant,
  testOrigin,
} from '../testing/test-gateway.ts';
import { aDeadLetter, aModel, anotherVersion, nowhere, populate, type World } from '../testing/world.ts';

/** What every operation of the contract must do, whoever wrote it: generated from the OpenAPI document. */

let gateway: TestGateway;
let neighbour: TestTenant;
let world: World;
let theirs: World;

beforeAll(async () => {
  gateway = await createTestGateway();
  neighbour = await gateway.addTenant();
  world = await populate(gateway, gateway.tenant, 'p-1');
  theirs = await populate(gateway, neighbour, 'q-1');
});
afterAll(() => gateway.stop());

const send = ({ path, ...call }: { path: string } & Call, more: Call = {}) =>
  gateway.request(path, { ...call, ...more, headers: { ...call.headers, ...more.headers } });

/** Reads to the end what ends; a stream is let go. */
const settle = async (response: Response) => {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) await response.body?.cancel();
  else await response.arrayBuffer();
};

it('knows how to call every operation, and no other', () => {
  expect(Object.keys(routeCalls).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});

describe.each(operations.map((operation) => [operation.operationId, operation] as const))(
  '%s',
  (id, operation) => {
    const route: RouteCall = routeCalls[id] ?? {
      scope: 'events:write',
      status: 0,
      good: () => ({ path: '/' }),
    };
    const good = () => route.good(world);

    /** The failure, checked against the contract. */
    const refused = async (response: Response, status: number, code: string) => {
      expect(await readProblem(response)).toMatchObject({ status, code });
      expect(await faultsOf(operation, response)).toEqual([]);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    };

    it('takes the scope that the table names', () => {
      expect(operation['x-scope']).toBe(route.scope);
    });

    it('answers nobody without a credential', async () => {
      const response = await send(good(), { credential: null });
      await refused(response, 401, 'key_missing');
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    });

    it.each([
      ['a word', 'Bearer nonsense'],
      ['an unknown secret key', 'Bearer sk_0000000000000000000000000000000000000000000'],
      ['an unknown publishable key', 'Bearer pk_0000000000000000000000000000000000000000000'],
      ['another scheme', 'Basic c2s6'],
      ['no scheme', 'sk_1'],
      ['an empty credential', 'Bearer '],
    ])('refuses %s', async (_, authorization) => {
      await refused(await send(good(), { credential: null, headers: { authorization } }), 401, 'key_invalid');
    });

    it('refuses something shaped like a session', async () => {
      await refused(await send(good(), { credential: 'a.b.c' }), 401, 'session_invalid');
    });

    it('refuses a session that may do everything else', async () => {
      const token = await gateway.session({ scopes: sessionScopes.filter((scope) => scope !== route.scope) });
      await refused(await send(good(), { credential: token }), 403, 'scope_missing');
    });

    it('refuses a session from another page', async () => {
      const token = await gateway.session({ scopes: [...sessionScopes] });
      await refused(
        await send(good(), { credential: token, headers: { origin: 'https://evil.example.com' } }),
        403,
        'origin_refused',
      );
    });

    it('refuses a secret key that comes from a browser', async () => {
      await refused(await send(good(), { headers: { origin: testOrigin } }), 403, 'key_in_browser');
    });

    it('takes a publishable key for the capture of events alone', async () => {
      const response = await send(good(), {
        credential: gateway.tenant.publishableKey,
        headers: { origin: testOrigin },
      });
      if (publishableScopes.some((scope) => scope === route.scope))
        expect(response.status).toBe(route.status);
      else await refused(response, 403, 'scope_missing');
    });

    const queries = operation.parameters.filter((parameter) => parameter.in === 'query');
    if (queries.length > 0)
      it('refuses a query field that it does not know', async () => {
        const call = good();
        const path = `${call.path}${call.path.includes('?') ? '&' : '?'}no_such_field=1`;
        await refused(await send({ ...call, path }), 400, 'request_invalid');
      });

    if (operation.requestBody !== undefined)
      it('refuses a field that it does not know', async () => {
        const call = good();
        const response = await send({ ...call, json: { ...(call.json as object), noSuchField: 1 } });
        await refused(response, 400, 'request_invalid');
      });

    if (operation.requestBody !== undefined)
      it('refuses what is not JSON, by its word or by its bytes', async () => {
        const { path, method } = good();
        await refused(await send({ path, body: '{"a":', ...(method && { method }) }), 400, 'body_not_json');
        await refused(await send({ path, body: '', ...(method && { method }) }), 400, 'body_not_json');
        const response = await send({ path, body: '{}', headers: { 'content-type': 'text/plain' } });
        expect(await readProblem(response)).toMatchObject({ status: 415, code: 'content_type_unsupported' });
      });

    const idCalls = (of: World) => {
      const calls = route.byId?.(of) ?? [];
      return operation.path.includes('{') ? [...calls, route.good(of)] : calls;
    };
    if (idCalls(nowhere).length > 0)
      it("answers for a neighbour's id as for one that nobody has", async () => {
        const strangers = idCalls(theirs);
        for (const [index, unknown] of idCalls(nowhere).entries()) {
          const stranger = strangers[index];
          if (stranger === undefined) throw new Error('the same calls, with other ids');
          // Proof that the id is real: its owner is answered.
          const owner = await send(stranger, {
            credential: neighbour.secretKey,
            ...(stranger.method === 'DELETE' && { method: 'GET' }),
          });
          expect(owner.status).not.toBe(404);
          await settle(owner);
          const [a, b] = [await send(stranger), await send(unknown)];
          await refused(a, 404, 'not_found');
          const told = async (response: Response) => {
            const text = await response.text();
            const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
            return { status: response.status, headers, text: text.replace(/"requestId":"[^"]+"/, '') };
          };
          expect(await told(a)).toEqual(await told(b));
        }
      });

    it('answers its own caller as described, from any origin', async () => {
      const response = await send(good());
      expect(response.status).toBe(route.status);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/);
      if (id === 'openStream') {
        expect(response.headers.get('content-type')).toBe('text/event-stream');
        await response.body?.cancel();
      } else {
        expect(await faultsOf(operation, response)).toEqual([]);
      }
      await putBack(id);
    });

    if (sessionScopes.some((scope) => scope === route.scope))
      it('answers a session with just its scope', async () => {
        const token = await gateway.session({
          scopes: sessionScopes.filter((scope) => scope === route.scope),
        });
        const response = await send(good(), { credential: token, headers: { origin: testOrigin } });
        expect(response.status).toBe(route.status);
        await settle(response);
        await putBack(id);
      });

    it('says which methods there are, and describes itself to a browser', async () => {
      const { path } = good();
      const wrong = await gateway.request(path, { method: 'PATCH' });
      expect(await readProblem(wrong)).toMatchObject({ status: 405, code: 'method_not_allowed' });
      expect(wrong.headers.get('allow')?.split(', ')).toEqual(methodsOf(operation));
      const preflight = await gateway.request(path, {
        method: 'OPTIONS',
        credential: null,
        headers: { origin: testOrigin, 'access-control-request-method': operation.method },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    });
  },
);

const methodsOf = ({ path }: Operation) =>
  operations.filter((other) => other.path === path).map(({ method }) => method);

/** What an operation deletes is made again for the others. */
async function putBack(id: string): Promise<void> {
  const { tenant } = gateway;
  if (id === 'deleteSegment') world = { ...world, segment: await recreate() };
  if (id === 'deleteModel') world = { ...world, ...(await aModel(gateway, tenant)) };
  if (id === 'deleteModelVersion')
    world = { ...world, version: await anotherVersion(gateway, tenant, world.model) };
  if (id === 'discardDeadLetter') world = { ...world, letter: await aDeadLetter(gateway, tenant) };
}

async function recreate(): Promise<string> {
  const { id } = await gateway
    .client()
    .segments.create({ name: `again ${Date.now()} ${Math.random()}`, rule: { restricted: true } });
  return id;
}

describe('what is no operation', () => {
  it.each(['/v1/nothing', '/v1', '/v1/players/p-1/nothing', '/v1/segments//members'])(
    '%s is not found',
    async (path) => {
      const response = await gateway.request(path);
      expect(await readProblem(response)).toMatchObject({ status: 404, code: 'not_found' });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    },
  );

  it('says no more to whoever has no key', async () => {
    expect(await readProblem(await gateway.request('/v1/nothing', { credential: null }))).toMatchObject({
      code: 'key_missing',
    });
  });

  it('answers outside of /v1 with a problem too', async () => {
    expect(await readProblem(await gateway.request('/nothing', { credential: null }))).toMatchObject({
      code: 'not_found',
    });
  });
});

it('gives a secret key every scope', () => {
  expect(new Set(operations.map((operation) => operation['x-scope']))).toEqual(new Set(scopes));
});
