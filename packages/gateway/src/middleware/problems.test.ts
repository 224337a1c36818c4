import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { describe, expect, it } from 'vitest';
import type { AppEnv } from '../routes/app-types.ts';
import { answerProblem } from './problems.ts';
import { readJson } from './read-json.ts';

const app = new Hono<AppEnv>().onError(answerProblem);
app.post('/read', async (c) => c.json({ read: await readJson(c.req) }));
app.get('/fault', () => JSON.parse('{"kept": by us'));
app.get('/file', () => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' });
});
app.get('/socket', () => {
  throw new Error('query failed', {
    cause: Object.assign(new Error('no such socket'), { code: 'ENOENT', syscall: 'connect' }),
  });
});
app.get('/full', () => {
  throw new Error('query failed', {
    cause: Object.assign(new Error('could not extend file'), { code: '53100' }),
  });
});
app.get('/refused/:code', (c) => {
  throw new Error('query failed', {
    cause: Object.assign(new Error('no'), { code: c.req.param('code') }),
  });
});
app.get('/validator', () => {
  throw new HTTPException(400, { message: 'Malformed JSON in request body' });
});

const codeOf = async (path: string, body?: string) => {
  const answer = await app.request(path, body === undefined ? {} : { method: 'POST', body });
  const { code }: { code?: string } = await answer.json();
  return [answer.status, code];
};

describe('what is thrown', () => {
  it('by the parsing of a body is the caller’s, and by any other parsing ours', async () => {
    expect(await codeOf('/read', '{"a": nothing')).toEqual([400, 'body_not_json']);
    expect(await codeOf('/validator')).toEqual([400, 'body_not_json']);
    expect(await codeOf('/fault')).toEqual([500, 'internal']);
  });

  it('for want of a socket is the store’s, and for want of a file ours', async () => {
    expect(await codeOf('/socket')).toEqual([503, 'store_unavailable']);
    expect(await codeOf('/file')).toEqual([500, 'internal']);
  });

  it('for want of room on its disk is the store’s', async () => {
    expect(await codeOf('/full')).toEqual([503, 'store_unavailable']);
  });

  it('by a database that is read-only, cancels, starts or is full asks to come again', async () => {
    for (const code of ['25006', '57014', '57P03', '57P05', '53400', '58P01']) {
      const answer = await app.request(`/refused/${code}`);
      expect([code, answer.status, answer.headers.get('retry-after')]).toEqual([code, 503, '2']);
    }
    expect(await codeOf('/refused/42501')).toEqual([500, 'internal']);
  });
});
