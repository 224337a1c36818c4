import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CRMBet } from '../client.ts';
import { problem, ScriptedServer } from '../testing/scripted-server.ts';
import { sessionCredential } from './session-credential.ts';

const minute = 60_000;

/** A clock that is set by hand, and an operator's server that mints ten minutes by it. */
function setUp() {
  const clock = { at: Date.parse('2026-05-05T14:00:00Z') };
  const minted: string[] = [];
  const control = { fail: false };
  const credential = sessionCredential(
    async () => {
      await Promise.resolve();
      if (control.fail) throw new Error('the back office is down');
      minted.push(`t${minted.length + 1}`);
      return { token: `t${minted.length}`, expiresAt: new Date(clock.at + 10 * minute).toISOString() };
    },
    () => clock.at,
  );
  return { clock, minted, control, credential };
}

describe('sessionCredential', () => {
  it('fetches one for all who come meanwhile, and again at 80 % of its life', async () => {
    const { clock, minted, credential } = setUp();
    expect(await Promise.all([credential.token(), credential.token(), credential.token()])).toEqual([
      't1',
      't1',
      't1',
    ]);
    clock.at += 8 * minute - 1;
    expect(await credential.token()).toBe('t1');
    clock.at += 1;
    expect(await Promise.all([credential.token(), credential.token()])).toEqual(['t2', 't2']);
    expect(minted).toEqual(['t1', 't2']);
  });

  it('goes on with a session that still lives when a refresh fails, and fails when it is over', async () => {
    const { clock, control, credential } = setUp();
    await credential.token();
    control.fail = true;
    clock.at += 9 * minute;
    expect(await credential.token()).toBe('t1');
    clock.at += minute;
    await expect(credential.token()).rejects.toThrow(/fetchSession failed/);
    control.fail = false;
    expect(await credential.token()).toBe('t2');
  });

  it('a clock that is ahead does not mint one for every call', async () => {
    let minted = 0;
    const credential = sessionCredential(async () => {
      minted += 1;
      return { token: 't', expiresAt: '2001-01-01T00:00:00Z' };
    });
    await credential.token();
    await credential.token();
    expect(minted).toBe(1);
  });

  it('says what is wrong with an answer that is no session', async () => {
    // What an operator's endpoint may give before it is right.
    const wrong: unknown = { error: 'not logged in' };
    const credential = sessionCredential(async () => wrong as never);
    await expect(credential.token()).rejects.toThrow(/must give \{ token, expiresAt \}/);
  });
});

describe('a client with a session', () => {
  let server: ScriptedServer;
  let baseUrl: string;
  beforeEach(async () => {
    server = new ScriptedServer();
    baseUrl = await server.start();
  });
  afterEach(() => server.stop());

  const client = (minted: string[]) =>
    new CRMBet({
      baseUrl,
      maxRetries: 0,
      fetchSession: async () => {
        minted.push(`t${minted.length + 1}`);
        return { token: `t${minted.length}`, expiresAt: new Date(Date.now() + 10 * minute).toISOString() };
      },
    });

  it('fetches a new one once when the gateway says session_invalid', async () => {
    const minted: string[] = [];
    server.script(problem(401, 'session_invalid'), { json: { data: [] } });
    await client(minted).features.list();
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('and no more than once a call, and not for another 401', async () => {
    const minted: string[] = [];
    const crmbet = client(minted);
    server.script(problem(401, 'session_invalid'), problem(401, 'session_invalid'));
    await expect(crmbet.features.list()).rejects.toMatchObject({ code: 'session_invalid' });
    server.script(problem(401, 'key_invalid'));
    await expect(crmbet.features.list()).rejects.toMatchObject({ code: 'key_invalid' });
    expect(server.received).toHaveLength(3);
  });

  it('calls that were refused together share the new one', async () => {
    const minted: string[] = [];
    const crmbet = client(minted);
    server.otherwise = (response, { headers }) => {
      const good = headers.authorization === 'Bearer t2';
      response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(good ? { data: [] } : { title: 'over', status: 401, code: 'session_invalid' }),
      );
    };
    await Promise.all([crmbet.features.list(), crmbet.features.list(), crmbet.features.list()]);
    expect(minted).toEqual(['t1', 't2']);
  });
});
