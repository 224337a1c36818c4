import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where this machine has Chromium (CRMBET_CHROMIUM names another one); undefined where it has none. */
export function findChromium() {
  const asked = process.env.CRMBET_CHROMIUM;
  return asked ? (existsSync(asked) ? asked : undefined) : places.find((place) => existsSync(place));
}

/**
 * Installs Chromium from Debian's packages where this user may.
 * @returns {string | undefined} why there is none; undefined when there is one
 */
export function ensureChromium() {
  if (findChromium()) return undefined;
  if (process.env.CRMBET_CHROMIUM)
    return `CRMBET_CHROMIUM names ${process.env.CRMBET_CHROMIUM}, which does not exist`;
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    return 'Chromium is not installed, and this system has no apt-get to install it with';
  }
  const root = process.getuid?.() === 0;
  if (!root && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
    return 'Chromium is not installed, and installing it needs root (`apt-get install chromium`)';
  }
  console.log('Installing Chromium with apt-get, for the browser tests …');
  const apt = [...(root ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const [command = '', ...rest] = [...apt, ...args];
    const { status } = spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
    if (status !== 0) return `Chromium is not installed, and \`apt-get ${args[0]}\` failed`;
  }
  return findChromium() ? undefined : 'apt-get installed chromium, but none of the known places has it';
}
