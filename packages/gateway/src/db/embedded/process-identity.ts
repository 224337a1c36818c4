import { readFileSync } from 'node:fs';

/**
 * A process, so named that a recycled pid is not taken for it. `startedAt` is null where the system does not
 * say when a process began; then the pid alone must do.
 */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string | null };

/** The identity of a running process, or undefined where there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!pidInUse(pid)) return undefined;
  if (process.platform !== 'linux') return { pid, startedAt: null };
  const stat = readStat(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  return { pid, startedAt: `${bootId()}/${stat.startTicks}` };
}

/** Whether that very process still runs. */
export function isRunning(process: ProcessIdentity): boolean {
  const now = identify(process.pid);
  if (now === undefined) return false;
  return process.startedAt === null || now.startedAt === null || now.startedAt === process.startedAt;
}

/** Whether the pid belongs to anything at all, a zombie or another user's process included. */
export function pidInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readStat(pid: number): { state: string; startTicks: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets, and may itself hold blanks and brackets: start after the last.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
  } catch {
    return undefined;
  }
}

/** Start times count from the boot, so two boots could give the same: name the boot too. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
