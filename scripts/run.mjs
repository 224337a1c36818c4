// The root's smaller commands: `npm run build`, `verify`, `format` and `contract`.
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { runChild } from './lib/children.mjs';
import { Failure, main } from './lib/failure.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkRunningNode, node24, toolEnv } from './lib/node24.mjs';
import { commandFile, root } from './lib/paths.mjs';
import { verify } from './lib/verify.mjs';

/**
 * @param {string} folder
 * @param {...string} args
 */
async function node(folder, ...args) {
  const { code } = await runChild(node24(), args, { cwd: join(root, folder), env: toolEnv() });
  if (code !== 0) throw new Failure('', code);
}

/** @type {Record<string, (args: string[]) => Promise<number | void>>} */
const commands = {
  async build(args) {
    await ensureInstalled();
    await ensureBuilt({ types: true, force: args.includes('--force') });
  },

  verify: (args) => verify(args),

  async format() {
    await ensureInstalled();
    await node('.', commandFile('@biomejs/biome', 'biome'), 'check', '--write');
  },

  /** Routes → packages/gateway/openapi.json → the SDK's generated types; the catalogue of features → docs/features.md. */
  async contract() {
    await ensureInstalled();
    await node('packages/gateway', 'scripts/write-openapi.ts');
    await node('packages/gateway', 'scripts/write-features-page.ts');
    await node('packages/sdk', 'scripts/generate-schema.ts');
  },
};

await main(async () => {
  checkRunningNode();
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Failure(`Usage: npm run ${Object.keys(commands).join(' | ')}`, 2);
  return command(args);
});
