import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Keeps services that come with a package from being started; what was there before stays. */
const withoutServices = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod 755 "$policy"
fi
apt-get -qq install -y --no-install-recommends "$0"`;

/**
 * Installs one of Debian's packages where this user may, and starts no service of it.
 * @param {{ name: string, package: string, purpose: string }} wanted name and purpose are for people
 * @returns {string | undefined} why that was not possible
 */
export function installWithApt({ name, package: wanted, purpose }) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    return `${name} is not installed, and this system has no apt-get to install it with`;
  }
  const root = process.getuid?.() === 0;
  if (!root && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
    return `${name} is not installed, and installing it needs root (\`apt-get install ${wanted}\`)`;
  }
  console.log(`Installing ${name} with apt-get, for ${purpose} …`);
  const prefix = [...(root ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive'];
  for (const [step, args] of /** @type {const} */ ([
    ['update', ['apt-get', '-qq', 'update']],
    ['install', ['sh', '-c', withoutServices, wanted]],
  ])) {
    const [command = '', ...rest] = [...prefix, ...args];
    const { status } = spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
    if (status !== 0) return `${name} is not installed, and \`apt-get ${step}\` failed`;
  }
  return undefined;
}
