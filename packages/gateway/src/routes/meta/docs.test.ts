import { readFile } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { newApp } from '../../openapi.ts';
import { docs } from './docs.ts';

vi.mock('node:fs/promises', { spy: true });
afterEach(() => vi.restoreAllMocks());

it('the script of the reference is read again after it could not be', async () => {
  const app = newApp();
  docs(app);
  vi.mocked(readFile).mockRejectedValueOnce(new Error('too many open files'));
  expect((await app.request('/docs/reference.js')).status).toBe(500);
  const response = await app.request('/docs/reference.js');
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
  ]);
  expect((await response.text()).length).toBeGreaterThan(100_000);
});
