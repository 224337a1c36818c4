import { existsSync } from 'node:fs';
import { installWithApt } from './apt.mjs';

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
  const missing = installWithApt({ name: 'Chromium', package: 'chromium', purpose: 'the browser tests' });
  if (missing) return missing;
  return findChromium() ? undefined : 'apt-get installed chromium, but none of the known places has it';
}
