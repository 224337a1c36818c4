import { readFileSync } from 'node:fs';

/** Looking at processes of our own by /proc, and ending them when we end. Linux only, as the whole suite is. */

const own = new Set<number>();

/** Ends the process with us, whatever ends us (but a kill -9). */
export function keepTrackOf(pid: number | undefined): void {
  if (pid !== undefined) own.add(pid);
}

export function forget(pid: number | undefined): void {
  if (pid !== undefined) own.delete(pid);
}

process.on('exit', () => {
  for (const pid of own) for (const each of [...descendantsOf(pid), pid]) send(each, 'SIGKILL');
});

/** Sends a signal; a process that has just gone is no failure. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Whether it runs: a process that has ended and was not waited for yet does not. */
export const runs = (pid: number): boolean => /^State:\s+[^ZX\s]/m.test(read(`/proc/${pid}/status`));

/** Whether it is stopped by a signal. */
export const isStopped = (pid: number): boolean => /^State:\s+T/m.test(read(`/proc/${pid}/status`));

export function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .map(Number)
    .filter((child) => child > 0);
}

export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Megabytes of memory that a process and all below it hold. */
export function rssOf(pid: number): number {
  const kilobytes = [pid, ...descendantsOf(pid)].map((each) =>
    Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${each}/status`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}
