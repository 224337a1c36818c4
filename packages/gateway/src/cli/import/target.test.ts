import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTarget } from './target.ts';

let folder: string;
let below: string;
let broken: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'target-'));
  below = join(folder, 'a', 'b');
  broken = join(folder, 'broken');
  await mkdir(below, { recursive: true });
  await mkdir(join(folder, '.crmbet'));
  await mkdir(join(broken, '.crmbet'), { recursive: true });
  const demo = { url: 'http://127.0.0.1:8787', tenant: 't', secretKey: 'sk_demo', publishableKey: 'pk_demo' };
  await writeFile(join(folder, '.crmbet', 'demo.json'), JSON.stringify(demo));
  await writeFile(join(broken, '.crmbet', 'demo.json'), '{');
});
afterAll(() => rm(folder, { recursive: true }));

const CRMBET_URL = 'https://crm.example.com/';
const CRMBET_SECRET_KEY = 'sk_env';

describe('findTarget', () => {
  it('takes flags before the environment, and that before the demo', async () => {
    const env = { CRMBET_URL, CRMBET_SECRET_KEY };
    expect(await findTarget({ url: 'http://x.test/crm/', key: 'sk_flag', env, cwd: below })).toEqual({
      url: 'http://x.test/crm',
      key: 'sk_flag',
    });
    expect(await findTarget({ env, cwd: below })).toEqual({ url: 'https://crm.example.com', key: 'sk_env' });
    expect(await findTarget({ env: { CRMBET_URL: '' }, cwd: below })).toEqual({
      url: 'http://127.0.0.1:8787',
      key: 'sk_demo',
    });
    expect(await findTarget({ key: 'sk_flag', env: {}, cwd: below })).toEqual({
      url: 'http://127.0.0.1:8787',
      key: 'sk_flag',
    });
  });

  it("does not send the demo's key elsewhere", async () => {
    await expect(findTarget({ env: { CRMBET_URL }, cwd: below })).rejects.toThrow(
      /Give the key for https:\/\/crm.example.com/,
    );
    expect(await findTarget({ url: 'http://127.0.0.1:8787/', env: {}, cwd: below })).toMatchObject({
      key: 'sk_demo',
    });
  });

  it('says what is missing or wrong', async () => {
    await expect(findTarget({ env: {}, cwd: '/' })).rejects.toThrow(/Say where the gateway is/);
    await expect(findTarget({ url: 'crm', key: 'sk_1', env: {}, cwd: '/' })).rejects.toThrow(/not an http/);
    await expect(findTarget({ url: CRMBET_URL, key: 'sk\n1', env: {}, cwd: '/' })).rejects.toThrow(
      /no key has/,
    );
    await expect(findTarget({ env: {}, cwd: broken })).rejects.toThrow(/start the demo again/);
  });
});
