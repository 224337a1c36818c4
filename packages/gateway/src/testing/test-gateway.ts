import { randomUUID } from 'node:crypto';
import { CRMBet } from '@crmbet/sdk';
import { createApp, maxBodyBytes } from '../app.ts';
import { type SessionClaims, signSession } from '../auth/session-token.ts';
import { type Listening, listen } from '../cli/listen.ts';
import { createLogger } from '../observability/logger.ts';
import type { App } from '../routes/app-types.ts';
import { directEvents } from '../routes/events/direct-events.ts';
import { createServices, type Running } from '../services/create-services.ts';
import { createTenant, type TenantKeys } from '../services/tenants/create-tenant.ts';
import { createTestDatabase } from './test-database.ts';

export type TestTenant = TenantKeys & { slug: string };

/** One request: the tenant's secret key is sent unless another credential, or none, is named. */
export type Call = {
  method?: string;
  credential?: string | null;
  /** Sent as JSON, with its content type. */
  json?: unknown;
  /** Sent as it is. */
  body?: string;
  headers?: Record<string, string>;
};

export type TestGateway = {
  databaseUrl: string;
  running: Running;
  app: App;
  tenant: TestTenant;
  request(path: string, call?: Call): Promise<Response>;
  /** The real client, its requests answered without a socket. */
  client(credential?: string): CRMBet;
  addTenant(timeZone?: string): Promise<TestTenant>;
  /** A session as the gateway itself would mint it, with any claims. */
  session(claims?: Partial<SessionClaims>, tenant?: TestTenant, now?: Date): Promise<string>;
  stop(): Promise<void>;
};

export const testOrigin = 'https://backoffice.example.com';

export const quietLog = createLogger('silent');

/** What createServices starts over a database, with one engine thread: tests share two cores. */
export const startServices = (databaseUrl: string): Promise<Running> =>
  createServices({ databaseUrl, threads: 1, log: quietLog });

/** A gateway over a database of its own, with one operator. */
export async function createTestGateway(
  options: { timeZone?: string; maxBodyBytes?: number } = {},
): Promise<TestGateway> {
  const database = await createTestDatabase();
  const running = await startServices(database.url);
  const { services, metrics, db } = running;
  const app = createApp({
    services,
    metrics,
    log: quietLog,
    ...(options.maxBodyBytes === undefined ? {} : { maxBodyBytes: options.maxBodyBytes }),
  });
  const addTenant = async (timeZone = 'America/Sao_Paulo') => {
    const slug = `t-${randomUUID()}`;
    return { slug, ...(await createTenant(db, { slug, name: slug, timeZone })) };
  };
  const tenant = await addTenant(options.timeZone);
  return {
    databaseUrl: database.url,
    running,
    app,
    tenant,
    addTenant,
    request: async (path, { method, credential = tenant.secretKey, json, body, headers } = {}) =>
      await app.request(path, {
        method: method ?? (json === undefined && body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
          ...(json === undefined && body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined && body === undefined ? {} : { body: body ?? JSON.stringify(json) }),
      }),
    client: (credential = tenant.secretKey) =>
      new CRMBet({
        apiKey: credential,
        baseUrl: 'http://gateway.test',
        maxRetries: 0,
        fetch: async (url, init) => await app.request(url, init),
      }),
    session: async (claims = {}, of = tenant, now = new Date()) => {
      const row = await running.db.sql<{ session_secret: Uint8Array }[]>`
        SELECT session_secret FROM crmbet.tenants WHERE id = ${of.tenantId}`;
      const secret = row[0]?.session_secret ?? new Uint8Array(32);
      const all: SessionClaims = { sub: 'ana', origin: testOrigin, scopes: ['players:read'], ...claims };
      const { token } = await signSession({ id: of.tenantId, sessionSecret: secret }, all, now);
      return token;
    },
    stop: async () => {
      await running.stop();
      await database.drop();
    },
  };
}

/** The gateway behind a real socket, as it is served; an app without its services without its direct way. Stop it before the gateway. */
export async function listenTo({
  app,
  running,
}: Pick<TestGateway, 'app'> & Partial<Pick<TestGateway, 'running'>>): Promise<Listening> {
  const listening = await listen({ host: '127.0.0.1', port: 0 });
  const direct =
    running === undefined ? undefined : await directEvents({ ...running, app, log: quietLog, maxBodyBytes });
  listening.serve((request) => app.fetch(request), direct);
  return listening;
}

let made = 0;

/** A valid event with an id of its own; a deposit unless told otherwise. */
export function anEvent(fields: Record<string, unknown> = {}): {
  id: string;
  type: string;
  player: string;
  time: string;
  data: Record<string, unknown>;
} & Record<string, unknown> {
  made += 1;
  return {
    id: `e-${process.pid}-${made}`,
    type: 'deposit.approved',
    player: 'p-1',
    time: new Date(Date.now() - 60_000).toISOString(),
    data: { amount: 1250, currency: 'BRL' },
    ...fields,
  };
}
