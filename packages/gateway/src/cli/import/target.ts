import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ImportFailure } from './failure.ts';

/** Where events go, and with what key. */
export type Target = { url: string; key: string };

export type TargetSources = {
  url?: string | undefined;
  key?: string | undefined;
  env: Record<string, string | undefined>;
  cwd: string;
};

const Demo = z.object({ url: z.string(), secretKey: z.string() });

/**
 * From flags, then CRMBET_URL and CRMBET_SECRET_KEY, then `.crmbet/demo.json` of this folder or one above. A key of
 * the demo goes to the demo's address and to no other.
 *
 * @throws {ImportFailure}
 */
export async function findTarget({ url, key, env, cwd }: TargetSources): Promise<Target> {
  const givenUrl = url ?? (env.CRMBET_URL || undefined);
  const givenKey = key ?? (env.CRMBET_SECRET_KEY || undefined);
  if (givenUrl !== undefined && givenKey !== undefined)
    return { url: checkUrl(givenUrl), key: checkKey(givenKey) };
  const demo = await findDemo(cwd);
  const at = givenUrl ?? demo?.url;
  if (at === undefined) {
    throw new ImportFailure(
      'Say where the gateway is: --url and --key, or CRMBET_URL and CRMBET_SECRET_KEY, or start the demo here (npm start).',
    );
  }
  const target = checkUrl(at);
  const demoKey = demo !== undefined && checkUrl(demo.url) === target ? demo.secretKey : undefined;
  const credential = givenKey ?? demoKey;
  if (credential === undefined)
    throw new ImportFailure(`Give the key for ${target}: --key, or CRMBET_SECRET_KEY.`);
  return { url: target, key: checkKey(credential) };
}

async function findDemo(folder: string): Promise<z.infer<typeof Demo> | undefined> {
  const file = join(folder, '.crmbet', 'demo.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const above = dirname(folder);
    return above === folder ? undefined : findDemo(above);
  }
  try {
    return Demo.parse(JSON.parse(text));
  } catch {
    throw new ImportFailure(
      `${file} does not hold { url, secretKey }; start the demo again, or give --url and --key.`,
    );
  }
}

function checkUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ImportFailure(
      `${JSON.stringify(text)} is not an http(s) address such as http://127.0.0.1:8787.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function checkKey(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new ImportFailure('The key is empty or holds characters that no key has.');
  return key;
}
