import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { ensureBuilt } from './build.mjs';
import { runChild } from './children.mjs';
import { Failure } from './failure.mjs';
import { runFaults } from './faults.mjs';
import { ensureInstalled } from './install.mjs';
import { checkRunningNode, node24, toolEnv } from './node24.mjs';
import { checkPackages, checkPackedOnOwnNode, ownNode, pack } from './packages.mjs';
import { commandFile, root, testCounts } from './paths.mjs';
import { checkSizes, checkStyle, checkTypes, checkUnused, step } from './steps.mjs';

/**
 * Every check there is, the cheapest first and vitest last, so that its summary ends the output.
 * @param {readonly string[]} vitestArgs where they choose some tests, the fault tests are left out
 * @param {() => Promise<void>} [prepare] before the checks, after the installation
 * @returns {Promise<number>} vitest's exit code; an earlier check that fails throws
 */
export async function verify(vitestArgs, prepare = async () => undefined) {
  checkRunningNode();
  rmSync(testCounts, { force: true });
  await ensureInstalled();
  await prepare();
  await step('format and lint (biome)', checkStyle);
  await step('types (tsc)', checkTypes);
  await step('build (tsup, tsc)', () => ensureBuilt({ types: true, quiet: true }));
  await step('unused code (knip)', checkUnused);
  await step('size limits', checkSizes);
  await step('pack', pack);
  await step('packages (publint, attw)', checkPackages);
  await step(`packed packages, Node ${versionOf(ownNode)}`, checkPackedOnOwnNode);
  if (vitestArgs.length === 0) {
    if ((await runFaults(['--short'])) !== 0)
      throw new Failure('The fault tests failed, for the reasons above.');
    console.log('');
  }
  const args = ['run', '--reporter=./scripts/lib/counts-reporter.mjs', '--reporter=default', ...vitestArgs];
  const { code } = await runChild(node24(), [commandFile('vitest'), ...args], {
    cwd: root,
    env: { ...toolEnv(), CRMBET_TEST_COUNTS: testCounts },
  });
  return code;
}

/** @param {string} node */
function versionOf(node) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().replace(/^v/, '');
}
