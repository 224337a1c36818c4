import { open, readdir, readFile, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './errors.ts';
import type { Runtime } from './runtime.ts';

/** What lies in a data folder: nothing, a server that ended cleanly, or one that will recover from a crash. */
export type DataState = 'empty' | 'clean' | 'crashed';

/** DB_SHUTDOWNED of `DBState` in PostgreSQL's src/include/catalog/pg_control.h. */
const shutDownCleanly = 1;

/**
 * Looks at a data folder before a server starts on it. A folder without PostgreSQL's control file holds no
 * database: an empty one is removed, a half-made one is moved aside, never deleted.
 * @throws EmbeddedPostgresError `data_folder_version`, `data_folder_not_writable`
 */
export async function inspectData(
  dataDir: string,
  runtime: Runtime,
  log: (line: string) => void,
): Promise<DataState> {
  try {
    const version = await readText(join(dataDir, 'PG_VERSION'));
    const state = await readControlState(dataDir);
    if (version === undefined || state === undefined) {
      await moveAside(dataDir, log);
      return 'empty';
    }
    if (Number.parseInt(version, 10) !== runtime.major) {
      throw new EmbeddedPostgresError(
        'data_folder_version',
        `The data in ${dataDir} was written by PostgreSQL ${version.trim()}, and this is PostgreSQL ${runtime.major}. ` +
          'Start with the version of before and dump it, or choose another folder.',
      );
    }
    return state === shutDownCleanly ? 'clean' : 'crashed';
  } catch (cause) {
    if (systemCode(cause) !== 'EACCES') throw cause;
    throw new EmbeddedPostgresError(
      'data_folder_not_writable',
      `The data in ${dataDir} belongs to another user. Start as the same user as before, or choose another folder.`,
      { cause },
    );
  }
}

/**
 * `state` of the control file: a 32-bit integer after the system identifier (64 bits) and two versions (32 bits
 * each), written in the byte order of the machine. The package does not ship pg_controldata.
 */
async function readControlState(dataDir: string): Promise<number | undefined> {
  const control = await readFile(join(dataDir, 'global', 'pg_control')).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (control === undefined || control.length < 20) return undefined;
  return new Int32Array(new Uint8Array(control.subarray(16, 20)).buffer)[0];
}

async function moveAside(dataDir: string, log: (line: string) => void): Promise<void> {
  const entries = await readdir(dataDir).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (entries === undefined) return;
  if (entries.length === 0) {
    await rmdir(dataDir);
    return;
  }
  const aside = `${dataDir}.incomplete-${new Date().toISOString().replace(/[:.]/g, '')}`;
  await rename(dataDir, aside);
  log(`${dataDir} holds no complete database: moved to ${aside}, starting with an empty one`);
}

/** Makes a rename in this folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}
