import postgres from 'postgres';
import { roleName } from './initialise.ts';

/** The address of a database of this server. The password is made of letters that need no escape. */
export function databaseUrl(port: number, password: string): string {
  return `postgres://${roleName}:${password}@127.0.0.1:${port}/${roleName}`;
}

/** Makes the database where it is not there yet. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = postgres({
    host: '127.0.0.1',
    port,
    username: roleName,
    password,
    database: 'postgres',
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
  });
  try {
    const found = await client`select 1 from pg_database where datname = ${roleName}`;
    if (found.length === 0) await client`create database ${client(roleName)}`;
  } finally {
    await client.end({ timeout: 5 });
  }
}
