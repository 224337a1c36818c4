import { Command } from 'commander';
import { type Config, readConfig } from '../config/config.ts';
import { connect, type Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { createTenant } from '../services/tenants/create-tenant.ts';
import { joinStore } from './open-store.ts';

type CreateOptions = { name?: string; timeZone: string };

export const tenantsCommand = (): Command =>
  new Command('tenants').description('Manage operators').addCommand(
    new Command('create')
      .description('Create an operator and print its first keys, this once, as JSON')
      .argument('<slug>', 'short name, such as arena-sul')
      .option('--name <name>', 'name for people; the slug where left out')
      .option('--time-zone <zone>', "IANA zone in which the operator's day begins", 'UTC')
      .action(async (slug: string, options: CreateOptions) => {
        check(slug, options.timeZone);
        const keys = await withDatabase(readConfig(process.env, process.cwd()), (db) =>
          createTenant(db, { slug, name: options.name ?? slug, timeZone: options.timeZone }),
        );
        process.stdout.write(`${JSON.stringify({ tenant: slug, ...keys }, null, 2)}\n`);
      }),
  );

function check(slug: string, timeZone: string): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(slug)) {
    throw new CrmbetError(
      'request_invalid',
      `"${slug}" cannot be a slug: use lower-case letters, digits and hyphens, such as arena-sul.`,
    );
  }
  if (!Intl.supportedValuesOf('timeZone').includes(timeZone) && timeZone !== 'UTC') {
    throw new CrmbetError(
      'request_invalid',
      `"${timeZone}" is not an IANA time zone, such as America/Sao_Paulo.`,
    );
  }
}

async function withDatabase<T>(config: Config, use: (db: Database) => Promise<T>): Promise<T> {
  const store = await joinStore(config, { log: (line) => process.stderr.write(`${line}\n`) });
  try {
    await migrate(store.url);
    const db = connect(store.url, { max: 2 });
    try {
      return await use(db);
    } finally {
      await db.close();
    }
  } finally {
    await store.close();
  }
}
