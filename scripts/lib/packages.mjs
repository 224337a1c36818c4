import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './children.mjs';
import { Failure } from './failure.mjs';
import { pnpm } from './install.mjs';
import { toolEnv } from './node24.mjs';
import { commandFile, memory, root } from './paths.mjs';
import { tool } from './steps.mjs';

/** Where the packed tarballs of the last run lie, as a registry would hand them out. */
export const packed = join(memory, 'packed');

/** Packs what is published: the packages below packages/, from the dist that is there. */
export async function pack() {
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  const args = [...pnpm.args, '--filter', './packages/*', 'pack', '--pack-destination', packed];
  const { code, output } = await runChild(pnpm.command, args, {
    cwd: root,
    env: toolEnv(),
    output: 'capture',
  });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure('The packages were not packed; pnpm says why above.');
}

/** Publint and attw on the tarballs: what a consumer's Node, bundler and TypeScript will make of them. */
export async function checkPackages() {
  for (const name of readdirSync(packed).sort()) {
    const tarball = join(packed, name);
    await tool(`publint of ${name}`, commandFile('publint', 'publint'), ['run', tarball, '--strict']);
    await tool(`attw of ${name}`, commandFile('@arethetypeswrong/cli', 'attw'), [
      tarball,
      '--profile',
      'esm-only',
    ]);
  }
}

/**
 * The machine's own Node, as an operator's would be: the one that npm runs on. It is not always the one that runs this,
 * because npm looks for `node` in node_modules/.bin first, where Node 24 stands.
 */
export const ownNode = process.env.npm_node_execpath ?? process.execPath;

/** Runs tests/packed under plain `node --test`, on the machine's own Node. */
export async function checkPackedOnOwnNode() {
  const folder = join(root, 'tests', 'packed');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
  const { code, output } = await runChild(
    process.execPath,
    ['--test', ...files.map((name) => join(folder, name))],
    {
      cwd: root,
      env: { ...process.env, CRMBET_PACKED: packed },
      output: 'capture',
    },
  );
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure(`The packed packages do not work on ${ownNode}, for the reasons above.`);
}
