import { Command } from 'commander';
import { distributeCommand } from './db-distribute.ts';
import { partitionsCommand } from './db-partitions.ts';
import { retentionCommand } from './db-retention.ts';

/** What looks after the store. */
export const dbCommand = (): Command =>
  new Command('db')
    .description('Look after the database')
    .addCommand(distributeCommand())
    .addCommand(partitionsCommand())
    .addCommand(retentionCommand());
