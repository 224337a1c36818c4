import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CRMBet } from './client.ts';
import { JobFailedError, NotFoundError } from './errors.ts';
import type { CRMBetEvent } from './events/event.ts';
import { problem, ScriptedServer } from './testing/scripted-server.ts';

let server: ScriptedServer;
let baseUrl: string;
let crmbet: CRMBet;

beforeEach(async () => {
  server = new ScriptedServer();
  baseUrl = await server.start();
  crmbet = new CRMBet({ apiKey: 'sk_test', baseUrl });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.stop();
});

describe('new CRMBet', () => {
  it('wants exactly one credential', () => {
    const fetchSession = async () => ({ token: 't', expiresAt: '2030-01-01T00:00:00Z' });
    expect(() => new CRMBet({ baseUrl })).toThrow(/exactly one/);
    expect(() => new CRMBet({ baseUrl, apiKey: 'sk_1', fetchSession })).toThrow(/exactly one/);
    expect(() => new CRMBet({ baseUrl, apiKey: '' })).toThrow(/empty/);
    expect(() => new CRMBet({ baseUrl, apiKey: 'sk_1\nX-Other: 1' })).toThrow(/characters/);
  });

  it('refuses a secret key in a page, and takes a publishable one', () => {
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('document', {});
    expect(() => new CRMBet({ baseUrl, apiKey: 'sk_1' })).toThrow(/readable by everyone/);
    expect(() => new CRMBet({ baseUrl, apiKey: 'pk_1' })).not.toThrow();
  });

  it.each(['', 'crm.example.com', 'ftp://crm.example.com'])('refuses the address %j', (address) => {
    expect(() => new CRMBet({ baseUrl: address, apiKey: 'sk_1' })).toThrow(/baseUrl/);
  });

  it('keeps a path of the address and drops its last slash', async () => {
    server.script({ json: { data: [] } });
    await new CRMBet({ apiKey: 'sk_1', baseUrl: `${baseUrl}/crm/` }).features.list();
    expect(server.received[0]?.url).toBe('/crm/v1/features');
  });
});

describe('resources', () => {
  it('reach their paths with their query, body and credential', async () => {
    server.otherwise = { json: { data: [], nextCursor: null } };
    await crmbet.players.list({ q: 'p-1', count: true, cluster: 2 });
    await crmbet.players.get('a/b?c#d');
    await crmbet.players.events('p-1', { type: 'bet.placed' });
    await crmbet.players.days('p-1', { days: 30 });
    await crmbet.segments.create({ name: 'VIP', rule: { restricted: false } });
    await crmbet.segments.members('s1', { limit: 5 });
    await crmbet.models.create({ name: 'all', k: 5 });
    await crmbet.models.points('m1', { limit: 10 });
    await crmbet.jobs.cancel('j1');
    await crmbet.reports.kpis({ from: '2026-01-01', series: true });
    await crmbet.sessions.create({ user: 'ana', scopes: ['players:read'], origin: 'https://bo.example.com' });
    await crmbet.deadLetters.list({ kind: 'conflict', code: 'event_conflict' });
    await crmbet.deadLetters.get('d1');
    await crmbet.deadLetters.replay('d1');
    await crmbet.deadLetters.replayMany({ type: 'bet.settled', limit: 10 });
    await crmbet.deadLetters.discard('d1');
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/players?q=p-1&count=true&cluster=2',
      'GET /v1/players/a%2Fb%3Fc%23d',
      'GET /v1/players/p-1/events?type=bet.placed',
      'GET /v1/players/p-1/days?days=30',
      'POST /v1/segments',
      'GET /v1/segments/s1/members?limit=5',
      'POST /v1/models',
      'GET /v1/models/m1/points?limit=10',
      'POST /v1/jobs/j1/cancel',
      'GET /v1/reports/kpis?from=2026-01-01&series=true',
      'POST /v1/sessions',
      'GET /v1/dead-letters?kind=conflict&code=event_conflict',
      'GET /v1/dead-letters/d1',
      'POST /v1/dead-letters/d1/replay',
      'POST /v1/dead-letters/replay',
      'DELETE /v1/dead-letters/d1',
    ]);
    expect(server.received.every(({ headers }) => headers.authorization === 'Bearer sk_test')).toBe(true);
    expect(JSON.parse(server.received[4]?.body ?? '')).toEqual({ name: 'VIP', rule: { restricted: false } });
    // A POST without a body says nothing of a content type; one that creates carries a key.
    expect(server.received[8]?.headers['content-type']).toBeUndefined();
    expect(server.received[6]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('delete answers nothing', async () => {
    server.script({ status: 204 });
    expect(await crmbet.segments.delete('s1')).toBeUndefined();
  });

  it('a problem becomes its class, with all that it said', async () => {
    server.script(problem(404, 'not_found', { detail: 'There is no such player.' }));
    const error = await crmbet.players.get('nobody').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({
      name: 'NotFoundError',
      status: 404,
      code: 'not_found',
      detail: 'There is no such player.',
      requestId: 'req_1',
      message: '404 not_found: There is no such player.',
    });
  });

  it('send every dead letter again, a page after the other', async () => {
    const counts = { accepted: 1, duplicates: 0, conflicts: 0, rejected: 0 };
    const result = (id: string) => ({ id, eventId: null, status: 'accepted' });
    server.script(
      { json: { ...counts, results: [result('d1')], nextCursor: 'c' } },
      { json: { ...counts, results: [result('d2')], nextCursor: null } },
    );
    const ids: string[] = [];
    for await (const { id } of crmbet.deadLetters.replayAll({ code: 'event_invalid' })) ids.push(id);
    expect(ids).toEqual(['d1', 'd2']);
    expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([
      { code: 'event_invalid' },
      { code: 'event_invalid', cursor: 'c' },
    ]);
  });
});

describe('events.send', () => {
  const bet = {
    id: 'e1',
    type: 'bet.placed',
    player: 'p-1',
    time: '2026-05-05T14:03:00Z',
    data: { betId: 'b1', stake: 1250, currency: 'BRL' },
  } as const;

  it('sends one as it is, and several as a batch', async () => {
    server.otherwise = { json: { accepted: 1, duplicates: 0, conflicts: 0, rejected: 0, results: [] } };
    await crmbet.events.send(bet);
    await crmbet.events.send([bet, { ...bet, id: 'e2', type: 'quest.completed', data: { quest: 7 } }], {
      replay: true,
    });
    expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([
      bet,
      { events: [bet, { ...bet, id: 'e2', type: 'quest.completed', data: { quest: 7 } }], replay: true },
    ]);
  });

  it('types the data of a built-in event', () => {
    const check = () => {
      // @ts-expect-error a bet has a stake
      void crmbet.events.send({ ...bet, data: { betId: 'b1', currency: 'BRL' } });
      // @ts-expect-error in a batch too
      void crmbet.events.send([{ ...bet, data: { betId: 'b1', currency: 'BRL' } }]);
      const read: CRMBetEvent[] = [bet];
      void crmbet.events.send(read);
      // @ts-expect-error and in the queue
      crmbet.events.capture({ type: 'session.started', player: 'p-1', data: { session: 1 } });
    };
    expect(check).toBeTypeOf('function');
  });
});

describe('jobs.wait', () => {
  const job = (state: string, progress: number) => ({
    json: { id: 'j1', state, progress, detail: null, code: null },
  });

  it('looks until the job has succeeded, and tells each look', async () => {
    server.script(job('queued', 0), job('running', 0.5), job('succeeded', 1));
    const seen: number[] = [];
    const done = await crmbet.jobs.wait('j1', {
      pollMs: 1,
      onProgress: ({ progress }) => seen.push(progress),
    });
    expect(done.state).toBe('succeeded');
    expect(seen).toEqual([0, 0.5, 1]);
  });

  it('throws for a job that was not done', async () => {
    server.script(job('cancelled', 0.5));
    await expect(crmbet.jobs.wait('j1')).rejects.toThrow(JobFailedError);
  });
});
