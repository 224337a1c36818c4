// `npm run bench -- NAME [--quick]`: one folder a question under benchmarks/.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { runChild } from './lib/children.mjs';
import { Failure, main } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkRunningNode, node24, toolEnv } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';

const folder = join(root, 'benchmarks');

/** @param {string} name */
function runnerOf(name) {
  return ['run.ts', 'run.mjs'].map((file) => join(folder, name, file)).find(existsSync);
}

await main(async () => {
  checkRunningNode();
  const [name, ...args] = process.argv.slice(2);
  const names = readdirSync(folder).filter(runnerOf).sort();
  const runner = name !== undefined && names.includes(name) ? runnerOf(name) : undefined;
  if (!runner) {
    const wrong = name === undefined || name.startsWith('-') ? '' : `There is no benchmark "${name}". `;
    throw new Failure(
      `${wrong}Usage: npm run bench -- NAME [--quick], where NAME is one of: ${names.join(', ')}.`,
      2,
    );
  }
  await ensureInstalled();
  await ensureBuilt();
  const { code } = await runChild(node24(), [runner, ...args], { cwd: root, env: toolEnv() });
  return code;
});
