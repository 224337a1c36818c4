import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** `.crmbet/demo.json`: where the demo is and how to talk to it. Readable by its owner alone. */
const DemoFile = z.object({
  url: z.string(),
  tenant: z.string(),
  secretKey: z.string(),
  publishableKey: z.string(),
});

export type DemoFile = z.infer<typeof DemoFile>;

const pathIn = (folder: string) => join(folder, 'demo.json');

/** Undefined where there is none, or where what is there is not ours. */
export async function readDemoFile(folder: string): Promise<DemoFile | undefined> {
  try {
    return DemoFile.safeParse(JSON.parse(await readFile(pathIn(folder), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a reader never sees half of it. */
export async function writeDemoFile(folder: string, demo: DemoFile): Promise<void> {
  await mkdir(folder, { recursive: true });
  const half = `${pathIn(folder)}.${process.pid}`;
  await writeFile(half, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  await rename(half, pathIn(folder));
}
