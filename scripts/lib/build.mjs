import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, sep } from 'node:path';
import { runChild } from './children.mjs';
import { rewriteSpecifiers } from './declarations.mjs';
import { Failure } from './failure.mjs';
import { filesBelow, hashFiles, hashTimes, readJson, writeWhole } from './hash.mjs';
import { node24, toolEnv } from './node24.mjs';
import { commandFile, memory, root, workspaceFolders } from './paths.mjs';
import { progressBar } from './progress.mjs';

/**
 * @typedef {'js' | 'types'} Kind what a step makes in a package's dist: JavaScript, or declarations
 * @typedef {{ folder: string, kind: Kind, args: string[], inputs: string, stamp: string }} Step
 */

/**
 * Builds what has changed. Steps do not depend on each other: inside the workspace, packages import each other's source.
 * @param {{ types?: boolean, quiet?: boolean, force?: boolean, only?: string }} [options]
 *   types: declarations too, which running does not need; only: one package's folder, from the root
 */
export async function ensureBuilt({ types = false, quiet = false, force = false, only } = {}) {
  const stale = steps(types ? ['js', 'types'] : ['js']).filter(
    (step) => (only === undefined || step.folder === only) && (force || !isFresh(step)),
  );
  if (stale.length === 0) return;
  const bar = quiet ? undefined : progressBar('Building', stale.length);
  bar?.draw('');
  // tsup empties dist before it writes, so declarations wait until all JavaScript is there.
  for (const kind of /** @type {const} */ (['js', 'types'])) {
    await pool(
      stale.filter((step) => step.kind === kind),
      async (step) => {
        const { code, output } = await runChild(node24(), step.args, {
          cwd: join(root, step.folder),
          env: toolEnv(),
          output: 'capture',
        });
        if (code !== 0) {
          bar?.clear();
          process.stderr.write(output);
          throw new Failure(`${step.folder} was not built; its compiler says why above.`);
        }
        if (kind === 'types') rewriteSpecifiers(join(root, step.folder, 'dist'));
        writeWhole(step.stamp, JSON.stringify({ inputs: step.inputs, outputs: outputsOf(step) }));
        bar?.step(`${step.folder} ${kind}`);
      },
    );
  }
  bar?.end();
}

/**
 * @param {readonly Kind[]} kinds
 * @returns {Step[]}
 */
function steps(kinds) {
  const folders = workspaceFolders();
  const shared = hashFiles(root, ['tsconfig.base.json', 'pnpm-lock.yaml']);
  const own = new Map(folders.map((folder) => [folder, hashFiles(join(root, folder), inputsOf(folder))]));
  // A bundle may hold any package of ours, so a package is stale when one of ours below it changed.
  const below = dependencies(folders);
  return kinds.flatMap((kind) =>
    folders.flatMap((folder) => {
      const args = command(folder, kind);
      if (!args) return [];
      const inputs = [folder, ...(below.get(folder) ?? [])].map((name) => own.get(name)).join();
      const stamp = join(memory, 'build', `${folder.replaceAll(/[\\/]/g, '-')}.${kind}.json`);
      return [{ folder, kind, args, inputs: `${shared},${inputs}`, stamp }];
    }),
  );
}

/**
 * @param {string} folder
 * @param {Kind} kind
 */
function command(folder, kind) {
  const has = (/** @type {string} */ file) => existsSync(join(root, folder, file));
  if (kind === 'js' && has('tsup.config.ts')) return [commandFile('tsup')];
  if (kind === 'types' && has('tsconfig.build.json'))
    return [commandFile('typescript', 'tsc'), '-p', 'tsconfig.build.json'];
  return undefined;
}

/** @param {string} folder */
function inputsOf(folder) {
  return filesBelow(join(root, folder), (path) => {
    const name = path.split(sep).at(-1) ?? '';
    return !['dist', 'node_modules', 'tests'].includes(name) && !/\.(test\.ts|md|log)$/.test(name);
  });
}

/** @param {readonly string[]} folders */
function dependencies(folders) {
  const manifests = folders.map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
  }));
  const folderOf = new Map(manifests.map(({ folder, manifest }) => [manifest.name, folder]));
  /** @type {Map<string, string[]>} */
  const direct = new Map(
    manifests.map(({ folder, manifest }) => {
      const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
      return [folder, names.flatMap((name) => folderOf.get(name) ?? [])];
    }),
  );
  /**
   * @param {string} folder
   * @param {Set<string>} seen
   */
  const collect = (folder, seen) => {
    for (const next of direct.get(folder) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      collect(next, seen);
    }
    return seen;
  };
  return new Map(folders.map((folder) => [folder, [...collect(folder, new Set())]]));
}

/** @param {Step} step */
function outputsOf({ folder, kind }) {
  const dist = join(root, folder, 'dist');
  const files = filesBelow(dist).filter((file) => /\.d\.ts(\.map)?$/.test(file) === (kind === 'types'));
  return files.length === 0 ? 'nothing' : hashTimes(dist, files);
}

/** @param {Step} step */
function isFresh(step) {
  const before = /** @type {{ inputs?: string, outputs?: string } | undefined} */ (readJson(step.stamp));
  if (before?.inputs !== step.inputs) return false;
  const outputs = outputsOf(step);
  return outputs !== 'nothing' && before.outputs === outputs;
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<void>} work
 */
async function pool(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), items.length) }, worker));
}
