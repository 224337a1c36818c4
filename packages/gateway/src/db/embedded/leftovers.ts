import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './errors.ts';
import { identify, isRunning, type ProcessIdentity, pidInUse } from './process-identity.ts';

/**
 * Ends a server that an earlier run left on this data folder. To call only under the folder's lock: then no
 * server of a living gateway can be meant.
 * @param dataDir the real path
 * @returns whether there was one
 */
export async function stopLeftovers(dataDir: string, log: (line: string) => void): Promise<boolean> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const named = await readPostmasterPid(pidFile);
  const running = await serversOf(dataDir);
  const postmaster = running.find(({ pid }) => pid === named);
  if (postmaster !== undefined) {
    log(
      `a PostgreSQL server of an earlier run (pid ${postmaster.pid}) still runs on ${dataDir}: stopping it`,
    );
    await end(postmaster, [
      ['SIGINT', 30_000],
      ['SIGQUIT', 10_000],
    ]);
  }
  // Children of a postmaster that was killed end by themselves within moments; none may be left when we start anew.
  for (const process of running.filter((other) => other !== postmaster)) {
    await end(process, [
      [undefined, 2000],
      ['SIGQUIT', 3000],
      ['SIGKILL', 5000],
    ]);
  }
  // PostgreSQL itself clears a stale pid file, unless the pid is in use again (or a zombie): then it would refuse.
  if (named !== undefined && (postmaster !== undefined || pidInUse(named)))
    await rm(pidFile, { force: true });
  return running.length > 0;
}

type Step = readonly [signal: NodeJS.Signals | undefined, waitMs: number];

async function end(target: ProcessIdentity, steps: readonly Step[]): Promise<void> {
  for (const [signal, waitMs] of steps) {
    if (!isRunning(target)) return;
    if (signal !== undefined) sendSignal(target.pid, signal);
    const deadline = Date.now() + waitMs;
    while (isRunning(target) && Date.now() < deadline) await sleep(10);
  }
  if (!isRunning(target)) return;
  throw new EmbeddedPostgresError(
    'stop_failed',
    `A PostgreSQL process of an earlier run (pid ${target.pid}) does not end. End it by hand and start again.`,
  );
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between, which is what was wanted; if it did not, the wait that follows finds out.
  }
}

/** The first line of postmaster.pid. In single-user mode PostgreSQL writes the pid as a negative number. */
async function readPostmasterPid(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Math.abs(Number.parseInt(text, 10));
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

/** Every PostgreSQL process of this data folder. Each of them has the data folder as its working folder. */
async function serversOf(dataDir: string): Promise<ProcessIdentity[]> {
  if (process.platform === 'linux') return serversByWorkingFolder(dataDir);
  if (process.platform === 'win32') return [];
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || !command.includes('postgres') || !command.includes(`-D ${dataDir} `))
      return [];
    return [identify(Number(pid))].filter((found) => found !== undefined);
  });
}

async function serversByWorkingFolder(dataDir: string): Promise<ProcessIdentity[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
      if (folder !== dataDir) return undefined;
      const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      return command.trim() === 'postgres' ? identify(Number(pid)) : undefined;
    }),
  );
  return found.filter((process) => process !== undefined);
}
