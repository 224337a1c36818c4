import { randomUUID } from 'node:crypto';
import { link, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError, systemCode } from './errors.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

export type Lock = { release(): Promise<void> };

/**
 * Takes the lock file for this process, or throws `data_folder_locked`. A lock whose process is gone is taken over.
 * @param path the lock file; its folder must exist
 */
export async function acquireLock(path: string): Promise<Lock> {
  const self = identify(process.pid) ?? { pid: process.pid, startedAt: null };
  const content = `${JSON.stringify({ ...self, token: randomUUID() })}\n`;
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await tryLink(path, content)) return { release: () => release(path, content) };
    const held = await readText(path);
    if (held === undefined) continue;
    const holder = parseHolder(held);
    if (holder !== undefined && isRunning(holder)) throw locked(path, holder.pid);
    await removeStale(path, held, content);
  }
  throw locked(path, undefined);
}

function locked(path: string, pid: number | undefined): EmbeddedPostgresError {
  const who = pid === undefined ? 'another process' : `another process (pid ${pid})`;
  return new EmbeddedPostgresError(
    'data_folder_locked',
    `The data folder ${dirname(path)} is in use by ${who}. Stop that one first, or choose another folder.`,
  );
}

/** Writes aside and links into place, so that nobody ever reads half a lock. */
async function tryLink(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o644 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes a lock whose process is gone. Under a mutex of its own: two that did this at once could remove the lock
 * that a third has just taken. The mutex is held for a moment only, so that one left behind by a kill is rare enough
 * to be removed without a mutex.
 */
async function removeStale(path: string, stale: string, self: string): Promise<void> {
  const mutex = `${path}.takeover`;
  if (await tryLink(mutex, self)) {
    if ((await readText(path)) === stale) await rm(path, { force: true });
    await rm(mutex, { force: true });
    return;
  }
  const holder = parseHolder((await readText(mutex)) ?? '');
  if (holder !== undefined && !isRunning(holder)) await rm(mutex, { force: true });
  await sleep(10);
}

async function release(path: string, content: string): Promise<void> {
  if ((await readText(path)) === content) await unlink(path).catch(() => undefined);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value))
      return undefined;
    const { pid, startedAt } = value;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
    return { pid, startedAt: typeof startedAt === 'string' ? startedAt : null };
  } catch {
    return undefined;
  }
}
