import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './errors.ts';
import { canReach, canRun, type RunAs } from './run-as.ts';
import { copyRuntime, healRuntime, type Runtime } from './runtime.ts';

/** Where things of a root-run server go when its user cannot reach the folder they belong to. */
export const systemFolder = '/var/lib/crmbet';

/** Makes the folder and answers its real path, or throws `data_folder_not_writable`. */
export async function prepareFolder(folder: string): Promise<string> {
  try {
    const made = await mkdir(folder, { recursive: true });
    // A tight umask would shut out the server's user; what is secret inside has its own mode.
    if (made !== undefined && process.getuid?.() === 0) await chmod(folder, 0o755);
    const probe = join(folder, `probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
    return await realpath(folder);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'data_folder_not_writable',
      `The data folder ${folder} cannot be written (${systemCode(cause) ?? 'unknown error'}). ` +
        'Give this user the right to write there, or choose another folder.',
      { cause },
    );
  }
}

type Where = {
  folder: string;
  runtime: Runtime;
  user: RunAs;
  elsewhere: string;
  log: (line: string) => void;
};

/** The runtime that the user can run: as installed, healed; else a copy where it can be reached. */
export async function placeRuntime({ folder, runtime, user, elsewhere, log }: Where): Promise<Runtime> {
  const healed = await healRuntime(runtime.root);
  if (user === undefined) {
    if (healed) return runtime;
    log(`cannot write to ${runtime.root}: PostgreSQL's programs are copied to ${folder}`);
    return copyRuntime(runtime, join(folder, `runtime-${runtime.version}`));
  }
  if (healed && (await canRun(runtime, user))) return runtime;
  const target = join(elsewhere, `runtime-${runtime.version}-${process.arch}`);
  if (!existsSync(target)) {
    log(`user ${user.name} cannot run ${runtime.root}: PostgreSQL's programs are copied to ${target}`);
  }
  return copyRuntime(runtime, target);
}

/**
 * The real path of the data: `<folder>/postgres`, or where that symlink leads. As root, when the server's user
 * cannot reach the folder, the data goes to a folder of its own under `elsewhere`, with the symlink left behind.
 */
export async function placeData({ folder, user, elsewhere, log }: Where): Promise<string> {
  const wanted = join(folder, 'postgres');
  const found = await lstat(wanted).catch(() => undefined);
  if (found?.isSymbolicLink()) {
    const target = await realpath(wanted).catch(() => undefined);
    if (target !== undefined) return target;
    log(`${wanted} leads to ${await readlink(wanted)}, which is gone: starting with an empty database`);
    await rm(wanted);
  }
  if (user === undefined || (await canReach(folder, user))) return wanted;
  if (found?.isDirectory()) {
    throw new EmbeddedPostgresError(
      'data_folder_not_writable',
      `PostgreSQL runs as user ${user.name} here, who can no longer reach ${wanted}. Open the folders above it to that user.`,
    );
  }
  const home = join(elsewhere, createHash('sha256').update(folder).digest('hex').slice(0, 12));
  await makeSystemFolder(elsewhere);
  await makeSystemFolder(home);
  const target = join(home, 'postgres');
  await symlink(target, wanted);
  log(`user ${user.name} cannot reach ${folder}: the data is kept in ${target}, and ${wanted} leads there`);
  return target;
}

async function makeSystemFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o755);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'data_folder_not_writable',
      `${path} cannot be made (${systemCode(cause) ?? 'unknown error'}), and PostgreSQL, which does not run as root, ` +
        'cannot reach the folder of the project. Start as another user, or set DATABASE_URL.',
      { cause },
    );
  }
}
