import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..', '..');

/**
 * A project that has just installed our packed packages: tarballs unpacked into its node_modules, what they depend on
 * linked beside them. No registry is asked, and nothing of it lies inside the repository, so that a file which was
 * not packed is missed.
 * @param {string} tarballs the folder that `pnpm pack` wrote to
 * @param {readonly string[]} names such as `sdk`
 */
export function unpack(tarballs, names) {
  const project = realpathSync(mkdtempSync(join(tmpdir(), 'crmbet-packed-')));
  const scope = join(project, 'node_modules', '@crmbet');
  mkdirSync(scope, { recursive: true });
  for (const name of names) {
    const tarball = readdirSync(tarballs).find((file) => file.startsWith(`crmbet-${name}-`));
    assert.ok(tarball, `no tarball of ${name} in ${tarballs}`);
    const { status, stderr } = spawnSync('tar', ['-xzf', join(tarballs, tarball), '-C', project], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    renameSync(join(project, 'package'), join(scope, name));
  }
  for (const name of names) linkDependencies(project, name);
  return { project, remove: () => rmSync(project, { recursive: true, force: true }) };
}

/**
 * @param {string} project
 * @param {string} name
 */
function linkDependencies(project, name) {
  for (const dependency of Object.keys(manifest(project, name).dependencies ?? {})) {
    const link = join(project, 'node_modules', dependency);
    if (existsSync(link)) continue;
    assert.ok(!dependency.startsWith('@crmbet/'), `${name} needs ${dependency}, which was not unpacked`);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'packages', name, 'node_modules', dependency), link, 'junction');
  }
}

/**
 * @param {string} project
 * @param {string} name
 */
export function manifest(project, name) {
  return JSON.parse(readFileSync(join(project, 'node_modules', '@crmbet', name, 'package.json'), 'utf8'));
}

/**
 * The files that a package's `exports`, `bin` and the like point to.
 * @param {unknown} value
 * @returns {string[]}
 */
export function targets(value) {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(targets) : [];
}

/**
 * Imports a package as the project would.
 * @param {string} project
 * @param {string} name
 */
export function load(project, name) {
  const entry = manifest(project, name).exports['.'].default;
  return import(pathToFileURL(join(project, 'node_modules', '@crmbet', name, entry)).href);
}
