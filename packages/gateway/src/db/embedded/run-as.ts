import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './errors.ts';
import { program, type Runtime } from './runtime.ts';

const exec = promisify(execFile);

/** The user that the server runs as; undefined: our own. */
export type RunAs = { readonly uid: number; readonly gid: number; readonly name: string } | undefined;

/**
 * PostgreSQL refuses to run as root. When we are root, another user is taken: the owner of the data where there
 * is some already, else `postgres`, else `crmbet` (made where it can be), else `nobody`.
 * @param dataDir where the data is, if it is there
 */
export async function chooseUser(dataDir: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` };
  }
  const found =
    (await lookUp('postgres')) ??
    (await lookUp('crmbet')) ??
    (await create('crmbet')) ??
    (await lookUp('nobody'));
  if (found !== undefined) return found;
  throw new EmbeddedPostgresError(
    'no_unprivileged_user',
    'PostgreSQL does not run as root, and there is no user postgres, crmbet or nobody on this machine to run it as. ' +
      'Start as another user, or set DATABASE_URL to a server of your own.',
  );
}

async function lookUp(name: string): Promise<RunAs> {
  try {
    const [uid, gid] = await Promise.all([exec('id', ['-u', name]), exec('id', ['-g', name])]);
    return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10), name };
  } catch {
    return undefined;
  }
}

async function create(name: string): Promise<RunAs> {
  try {
    await exec('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      name,
    ]);
  } catch {
    return undefined;
  }
  return lookUp(name);
}

/** Whether that user can really run this runtime: the folders above it may be closed to it. */
export async function canRun(runtime: Runtime, user: RunAs): Promise<boolean> {
  return succeeds(program(runtime, 'postgres'), ['--version'], user);
}

/** Whether that user can really write in a folder of its own inside this one. Leaves nothing behind. */
export async function canReach(folder: string, user: NonNullable<RunAs>): Promise<boolean> {
  const probe = await mkdtemp(join(folder, 'probe-'));
  try {
    await chown(probe, user.uid, user.gid);
    return await succeeds(
      '/bin/sh',
      ['-c', 'cd -- "$1" && : > written && test -f "$1/written"', 'sh', probe],
      user,
    );
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

function succeeds(command: string, args: string[], user: RunAs): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', cwd: '/', ...ids(user) });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** The part of spawn's options that says who. */
export function ids(user: RunAs): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}
