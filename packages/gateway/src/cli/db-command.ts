import { Command } from 'commander';
import { partitionsCommand } from './db-partitions.ts';
import { retentionCommand } from './db-retention.ts';

/** What looks after the store. */
export const dbCommand = (): Command =>
  new Command('db')
    .description('Look after the database')
    .addCommand(partitionsCommand())
    .addCommand(retentionCommand());
