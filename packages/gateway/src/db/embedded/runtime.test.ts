import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyRuntime, findRuntime, healRuntime } from './runtime.ts';

let root: string;
beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'crmbet-runtime-')), 'native');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'lib'));
  await writeFile(join(root, 'bin', 'postgres'), 'program', { mode: 0o644 });
  await writeFile(join(root, 'lib', 'libx.so.1.2'), 'library');
  await writeFile(join(root, 'lib', 'libx.a'), 'static');
  const links = ['libx.so', 'libx.so.1'].map((name) => ({
    source: 'native/lib/libx.so.1.2',
    target: `native/lib/${name}`,
  }));
  await writeFile(join(root, 'pg-symlinks.json'), JSON.stringify(links));
});
afterEach(() => rm(join(root, '..'), { recursive: true, force: true }));

describe('healRuntime', () => {
  it('makes the links and the execute bits that are missing, again and again, at once too', async () => {
    await symlink('nowhere', join(root, 'lib', 'libx.so'));
    expect(await healRuntime(root)).toBe(true);
    expect(await Promise.all([healRuntime(root), healRuntime(root)])).toEqual([true, true]);
    expect(await readlink(join(root, 'lib', 'libx.so'))).toBe('libx.so.1.2');
    expect(await readFile(join(root, 'lib', 'libx.so.1'), 'utf8')).toBe('library');
    expect((await stat(join(root, 'bin', 'postgres'))).mode & 0o555).toBe(0o555);
  });

  it.skipIf(process.getuid?.() === 0)(
    'answers false where it may not write (root may write anywhere: not as root)',
    async () => {
      await chmod(join(root, 'lib'), 0o555);
      expect(await healRuntime(root)).toBe(false);
      await chmod(join(root, 'lib'), 0o755);
    },
  );
});

describe('copyRuntime', () => {
  it('copies what is needed to run, healed, once', async () => {
    const target = join(root, '..', 'copy');
    const runtime = { root, version: '18.4.0', major: 18 };
    const copies = await Promise.all([copyRuntime(runtime, target), copyRuntime(runtime, target)]);
    expect(copies).toEqual([
      { ...runtime, root: target },
      { ...runtime, root: target },
    ]);
    expect((await readdir(join(target, 'lib'))).sort()).toEqual(['libx.so', 'libx.so.1', 'libx.so.1.2']);
    expect((await readdir(join(root, '..'))).sort()).toEqual(['copy', 'native']);
  });
});

describe('findRuntime', () => {
  it('finds PostgreSQL 18 in the installed package', async () => {
    const runtime = await findRuntime();
    expect(runtime.major).toBe(18);
    expect((await readdir(join(runtime.root, 'bin'))).some((name) => name.startsWith('initdb'))).toBe(true);
  });
});
