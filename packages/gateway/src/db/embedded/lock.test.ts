import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock } from './lock.ts';
import { identify } from './process-identity.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crmbet-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('acquireLock', () => {
  it('is held by one at a time, and is free after its release', async () => {
    const lock = await acquireLock(path);
    await expect(acquireLock(path)).rejects.toMatchObject({ code: 'data_folder_locked' });
    await lock.release();
    await (await acquireLock(path)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is won by exactly one of many at once, over a stale lock too', async () => {
    for (const stale of [undefined, '{"pid":4194304,"startedAt":"x/1"}']) {
      if (stale !== undefined) await writeFile(path, stale);
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => acquireLock(path)));
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(won).toHaveLength(1);
      await won[0]?.release();
    }
  });

  it('gets past a takeover that was killed half-way', async () => {
    const dead = '{"pid":4194304,"startedAt":"x/1"}';
    await writeFile(path, dead);
    await writeFile(`${path}.takeover`, dead);
    await (await acquireLock(path)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['', '{', 'null', '{"pid":-1,"startedAt":null}'])(
    'takes over what is no lock: %j',
    async (content) => {
      await writeFile(path, content);
      await (await acquireLock(path)).release();
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'takes over when the pid is in use by a later process',
    async () => {
      const self = identify(process.pid);
      await writeFile(path, JSON.stringify({ pid: process.pid, startedAt: `${self?.startedAt}0` }));
      const lock = await acquireLock(path);
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ ...self });
      await lock.release();
    },
  );

  it('does not release what another process has taken over', async () => {
    const lock = await acquireLock(path);
    await writeFile(path, 'of another');
    await lock.release();
    expect(await readFile(path, 'utf8')).toBe('of another');
  });
});
