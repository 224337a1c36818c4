import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * What still runs and knows the folder, by its arguments or by its environment, which every descendant inherits.
 * Where there is no /proc, by its arguments alone.
 * @returns one line a process
 */
export function leftovers(folder: string): string[] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    return lines.filter((line) => line.includes(folder));
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const args = read(`/proc/${pid}/cmdline`);
    const knows = args.includes(folder) || read(`/proc/${pid}/environ`).includes(`CRMBET_FOLDER=${folder}`);
    return knows ? [`${pid} ${args.replaceAll('\0', ' ')}`] : [];
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended while we looked, or belongs to somebody else.
    return '';
  }
}
