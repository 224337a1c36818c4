import { execFileSync } from 'node:child_process';

/** The processes that a primary has started, in the order in which it did. */
export function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,stat='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state = 'Z']) => Number(parent) === pid && !state.startsWith('Z'))
    .map(([child]) => Number(child))
    .sort((a, b) => a - b);
}
