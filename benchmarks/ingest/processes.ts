import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Order, Report } from './client.ts';

/** Runs the load generator; `onGo` is called the moment before it begins. */
export async function runClient(order: Order, onGo: () => void): Promise<Report> {
  const child = fork(join(import.meta.dirname, 'client.ts'), { serialization: 'advanced' });
  const ended = once(child, 'exit').then(() => {
    throw new Error('The load generator ended before it had reported.');
  });
  child.send(order);
  await Promise.race([message(child), ended]);
  onGo();
  child.send('go');
  const report = await Promise.race([message(child), ended]);
  ended.catch(() => {});
  if (!isReport(report)) throw new Error('The load generator reported nothing that can be read.');
  return report;
}

async function message(child: ChildProcess): Promise<unknown> {
  const [received]: unknown[] = await once(child, 'message');
  return received;
}

const isReport = (value: unknown): value is Report =>
  typeof value === 'object' && value !== null && 'accepted' in value && 'p99' in value;

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor seconds that processes and all their descendants have used so far; undefined where /proc does not tell. */
export function cpuSecondsOf(...pids: number[]): number | undefined {
  const stats = new Map<number, { parent: number; ticks: number }>();
  try {
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      const stat = read(`/proc/${pid}/stat`);
      const fields = stat
        ?.slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      if (fields === undefined) continue;
      // Own time, and that of children who ended.
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
      stats.set(pid, { parent: fields[1] ?? 0, ticks });
    }
  } catch {
    return undefined;
  }
  const belongs = (pid: number): boolean =>
    pid > 1 && (pids.includes(pid) || belongs(stats.get(pid)?.parent ?? 0));
  let ticks = 0;
  for (const [pid, stat] of stats) if (belongs(pid)) ticks += stat.ticks;
  return ticks / ticksPerSecond;
}

/** Resident megabytes of one process; undefined where /proc does not tell. */
export function residentMb(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
