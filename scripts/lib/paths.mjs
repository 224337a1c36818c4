import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What these scripts remember between runs. It goes when node_modules goes. */
export const memory = join(root, 'node_modules', '.crmbet');

/** Where the last run of vitest left its counts, for .ci/run. */
export const testCounts = join(memory, 'test-counts.json');

/** The folders of the workspace's packages, in the order in which they depend on each other. */
export function workspaceFolders() {
  const order = ['engine', 'sdk', 'widgets', 'gateway'].map((name) => join('packages', name));
  const examples = existsSync(join(root, 'examples'))
    ? readdirSync(join(root, 'examples'))
        .sort()
        .map((name) => join('examples', name))
    : [];
  return [...order, ...examples, 'benchmarks'].filter((folder) =>
    existsSync(join(root, folder, 'package.json')),
  );
}

/**
 * The file behind a command of a root dependency, to be run by Node itself: the shims in node_modules/.bin start
 * whichever Node they find first.
 * @param {string} pkg
 * @param {string} [command] where the package has more than one
 */
export function commandFile(pkg, command) {
  const folder = join(root, 'node_modules', pkg);
  /** @type {{ bin: string | Record<string, string> }} */
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = typeof bin === 'string' ? bin : bin[command ?? pkg.replace(/^@.*\//, '')];
  if (!file) throw new Error(`${pkg} has no command ${command ?? pkg}.`);
  return join(folder, file);
}
