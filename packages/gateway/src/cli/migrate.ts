import { Command } from 'commander';
import { readConfig } from '../config/config.ts';
import { migrate } from '../db/migrate.ts';
import { openStore } from './open-store.ts';

export const migrateCommand = (): Command =>
  new Command('migrate').description('Bring the schema of the database up to date').action(async () => {
    const store = await openStore(readConfig(process.env, process.cwd()), {
      log: (line) => process.stderr.write(`${line}\n`),
    });
    try {
      await migrate(store.url);
    } finally {
      await store.close();
    }
    process.stdout.write('The schema is up to date.\n');
  });
