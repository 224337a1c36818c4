import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from './data-folder.ts';
import { EmbeddedPostgresError, systemCode } from './errors.ts';

/**
 * The server's password, from `<folder>/postgres.password` (mode 0600).
 * @param create make a new one where there is none: only right while there is no database yet
 */
export async function loadPassword(folder: string, create: boolean): Promise<string> {
  const path = join(folder, 'postgres.password');
  const found = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  if (found.trim() !== '') return found.trim();
  if (!create) {
    throw new EmbeddedPostgresError(
      'password_missing',
      `${path} is gone, and the database in ${join(folder, 'postgres')} does not open without it. Bring the file back, or choose another folder.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  const draft = `${path}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(`${password}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
  return password;
}
