import { join } from 'node:path';
import { runChild } from './children.mjs';
import { node24, toolEnv } from './node24.mjs';
import { root } from './paths.mjs';

/**
 * Runs the tests that break things (tests/faults), which print as they go.
 * @param {readonly string[]} args
 * @returns {Promise<number>} 0 where every promise held
 */
export async function runFaults(args) {
  const { code } = await runChild(
    node24(),
    ['--no-warnings', join(root, 'tests', 'faults', 'run.ts'), ...args],
    { cwd: root, env: toolEnv() },
  );
  return code;
}
