import { spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from './data-folder.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { identify, isRunning } from './process-identity.ts';
import { ids, type RunAs } from './run-as.ts';
import { program, type Runtime } from './runtime.ts';

/** The server's only role at first, and the name of its database. */
export const roleName = 'crmbet';

type Options = { dataDir: string; runtime: Runtime; user: RunAs; password: string };

/**
 * Makes a new database cluster. It is made aside and renamed into place when it is complete and on disk, so that
 * a data folder is either whole or not there, whatever is killed.
 */
export async function initialise({ dataDir, runtime, user, password }: Options): Promise<void> {
  const parent = dirname(dataDir);
  await clearStaging(dataDir);
  const staging = await mkdtemp(stagingPrefix(dataDir));
  const passwordFile = join(staging, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) {
    await chown(passwordFile, user.uid, user.gid);
    await chown(staging, user.uid, user.gid);
  }
  try {
    await initdb(staging, passwordFile, runtime, user);
    await rename(join(staging, 'data'), dataDir);
    await syncFolder(parent);
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Ends and removes what an earlier start was making when it was killed. */
export async function clearStaging(dataDir: string): Promise<void> {
  const parent = dirname(dataDir);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(basename(stagingPrefix(dataDir)))) continue;
    const staging = join(parent, name);
    const [pid, startedAt] = (await readFile(join(staging, 'pid'), 'utf8').catch(() => '')).split(' ');
    const left = { pid: Number(pid), startedAt: startedAt ?? '' };
    if (left.pid > 1 && isRunning(left)) process.kill(left.pid, 'SIGKILL');
    await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

function stagingPrefix(dataDir: string): string {
  return `${dataDir}.new-`;
}

function initdb(staging: string, passwordFile: string, runtime: Runtime, user: RunAs): Promise<void> {
  // The built-in provider needs no locale of the system's, and sorts the same everywhere.
  const args = [
    `--pgdata=${join(staging, 'data')}`,
    `--username=${roleName}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(program(runtime, 'initdb'), args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: staging,
      ...ids(user),
    });
    const failed = (reason: string, cause?: unknown) =>
      reject(
        new EmbeddedPostgresError('initialise_failed', `A new database could not be made: ${reason}`, {
          cause,
        }),
      );
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    child.once('error', (error) => failed(error.message, error));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else failed(`initdb ended with ${signal ?? `code ${code}`}.\n${errors.trim()}`);
    });
    // So that the next start can end an initdb that outlived us.
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity !== undefined) {
      writeFile(join(staging, 'pid'), `${identity.pid} ${identity.startedAt ?? ''}`).catch(() => undefined);
    }
  });
}
