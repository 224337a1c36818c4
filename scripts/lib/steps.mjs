import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './children.mjs';
import { Failure } from './failure.mjs';
import { node24, toolEnv } from './node24.mjs';
import { commandFile, root, workspaceFolders } from './paths.mjs';
import { seconds } from './progress.mjs';

/**
 * Runs one step of a check, with a line of its time; a step that fails shows what it said and ends everything.
 * @param {string} name
 * @param {() => Promise<void>} work
 */
export async function step(name, work) {
  const started = performance.now();
  const line = (/** @type {string} */ mark) =>
    `${mark} ${name.padEnd(34)} ${seconds(performance.now() - started).padStart(8)}`;
  try {
    await work();
    console.log(line('ok  '));
  } catch (error) {
    console.log(line('FAIL'));
    throw error;
  }
}

/**
 * Runs a command of a root dependency on Node 24; shows what it said only when it fails.
 * @param {string} what for the sentence about its failure
 * @param {string} file as `commandFile` gives it
 * @param {readonly string[]} args
 */
export async function tool(what, file, args) {
  const { code, output } = await runChild(node24(), [file, ...args], {
    cwd: root,
    env: toolEnv(),
    output: 'capture',
  });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure(`${what}: exit code ${code}, for the reasons above.`);
}

export async function checkStyle() {
  await tool('Format and lint', commandFile('@biomejs/biome', 'biome'), ['check', '--error-on-warnings']);
}

export async function checkTypes() {
  const projects = ['.', ...workspaceFolders()].map((folder) => join(folder, 'tsconfig.json'));
  for (const project of projects.filter((file) => existsSync(join(root, file)))) {
    await tool(`Types of ${project}`, commandFile('typescript', 'tsc'), ['-p', project, '--noEmit']);
  }
}

export async function checkUnused() {
  await tool('Unused files, exports and dependencies', commandFile('knip', 'knip'), ['--no-progress']);
}

export async function checkSizes() {
  await tool('Size limits', commandFile('size-limit', 'size-limit'), []);
}
