import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './children.mjs';
import { Failure } from './failure.mjs';
import { hashFiles, writeWhole } from './hash.mjs';
import { memory, root, workspaceFolders } from './paths.mjs';

const stamp = join(memory, 'install');

/** pnpm 12 is a native program that runs beside any Node; npx fetches it once and keeps it. */
export const pnpm = {
  command: process.platform === 'win32' ? 'npx.cmd' : 'npx',
  // npm would wait for more than a minute before it says that there is no network.
  args: [
    '--yes',
    '--prefer-offline',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
    'pnpm@12',
  ],
};

function fingerprint() {
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', '.pnpmfile.cjs'];
  const manifests = workspaceFolders().map((folder) => join(folder, 'package.json'));
  const present = [...files, ...manifests].filter((file) => existsSync(join(root, file)));
  return hashFiles(root, present, [process.platform, process.arch]);
}

function isInstalled() {
  if (!existsSync(join(root, 'node_modules', '.modules.yaml')) || !existsSync(stamp)) return false;
  if (readFileSync(stamp, 'utf8') !== fingerprint()) return false;
  return workspaceFolders().every((folder) => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    const needsFolder = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
    return !needsFolder || existsSync(join(root, folder, 'node_modules'));
  });
}

/**
 * Installs what the lockfile names, unless just that is installed already.
 * @param {{ quiet?: boolean }} [options] quiet: nothing is shown unless it fails
 */
export async function ensureInstalled({ quiet = false } = {}) {
  if (isInstalled()) return;
  if (!quiet) console.log('Installing dependencies with pnpm 12 (the first time takes a minute or two) …');
  const args = [...pnpm.args, 'install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
  const { code, output } = await runChild(pnpm.command, args, {
    cwd: root,
    output: quiet ? 'capture' : 'inherit',
  });
  if (code !== 0) {
    if (quiet) process.stderr.write(output);
    throw new Failure(reason());
  }
  writeWhole(stamp, fingerprint());
}

function reason() {
  const ping = spawnSync('npm', ['ping', '--fetch-timeout=5000', '--fetch-retries=0'], { stdio: 'ignore' });
  if (ping.status !== 0) {
    return (
      'The dependencies were not installed: the npm registry cannot be reached. ' +
      'Check the network (or HTTPS_PROXY), then run this again; what is already downloaded is kept.'
    );
  }
  return (
    'The dependencies were not installed; pnpm says why above. ' +
    'If it says that the lockfile is out of date, run `npx pnpm@12 install` and commit pnpm-lock.yaml.'
  );
}
