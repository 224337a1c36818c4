import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type GatewayProcess = {
  child: ChildProcess;
  /** Every line of both outputs so far. */
  said: string[];
  /** The address of the ready line; throws with all that was said when the process ends before it. */
  ready(): Promise<string>;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

const main = join(import.meta.dirname, '../main.ts');

/** The crmbet command from source, in a process of its own. */
export function startProcess(args: string[], env: Record<string, string>): GatewayProcess {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--no-warnings', main, ...args], {
    env: { ...inherited, LOG_LEVEL: 'silent', CRMBET_THREADS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  let seeReady = (_url: string) => {};
  const ready = new Promise<string>((resolve) => {
    seeReady = resolve;
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('ready http')) seeReady(line.slice('ready '.length));
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return {
    child,
    said,
    exited,
    ready: async () => {
      const first = await Promise.race([ready, exited]);
      if (typeof first === 'string') return first;
      throw new Error(`It ended (${JSON.stringify(first)}) before it was ready:\n${said.join('\n')}`);
    },
  };
}

/** The process id of the PostgreSQL that runs in a folder of ours; undefined where none does. */
export async function postgresIn(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
