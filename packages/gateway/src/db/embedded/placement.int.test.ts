import { chmod, cp, mkdir, mkdtemp, realpath, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeRuntime } from './placement.ts';
import { canRun, chooseUser } from './run-as.ts';
import { findRuntime, healRuntime } from './runtime.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(await realpath(tmpdir()), 'crmbet-place-'));
  await chmod(base, 0o755);
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe('placeRuntime', () => {
  it('heals what an install without scripts left, so that the programs run', async () => {
    const installed = await findRuntime();
    const runtime = { ...installed, root: join(base, 'native') };
    await cp(installed.root, runtime.root, { recursive: true, verbatimSymlinks: true });
    const user = await chooseUser(join(base, 'postgres'));
    if (process.platform === 'linux') {
      await healRuntime(runtime.root);
      await unlink(join(runtime.root, 'lib', 'libicui18n.so.60'));
      // Proof of the fault: without the link a program does not find its library.
      expect(await canRun(runtime, user)).toBe(false);
    }
    const placed = await placeRuntime({
      folder: base,
      runtime,
      user,
      elsewhere: join(base, 'else'),
      log: () => undefined,
    });
    expect(placed).toEqual(runtime);
    expect(await canRun(placed, user)).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'copies the programs to where the server’s user can run them',
    async () => {
      const installed = await findRuntime();
      const closed = join(base, 'closed');
      await mkdir(closed);
      await cp(installed.root, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
      await chmod(closed, 0o700);
      const runtime = { ...installed, root: join(closed, 'native') };
      const user = await chooseUser(join(base, 'postgres'));
      const said: string[] = [];
      const where = {
        folder: closed,
        runtime,
        user,
        elsewhere: join(base, 'else'),
        log: (line: string) => said.push(line),
      };
      const placed = await placeRuntime(where);
      expect(placed.root.startsWith(join(base, 'else'))).toBe(true);
      expect(said).toEqual([expect.stringContaining(placed.root)]);
      expect([await canRun(runtime, user), await canRun(placed, user)]).toEqual([false, true]);
      expect(await placeRuntime(where)).toEqual(placed);
    },
  );
});
