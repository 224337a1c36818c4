import { Command, Option } from 'commander';
import { type DistributeBy, distribute } from '../db/distribute.ts';
import { withDatabase } from './with-database.ts';

export const distributeCommand = (): Command =>
  new Command('distribute')
    .description('Spread the tables over the nodes of a Citus cluster; does nothing on a plain database')
    .addOption(
      new Option('--by <key>', 'player for one large operator, tenant for many small ones')
        .choices(['player', 'tenant'])
        .default('player'),
    )
    .addHelpText(
      'after',
      '\nBrings the schema up to date first. Safe to run again: only what is missing is done.',
    )
    .action(async ({ by }: { by: DistributeBy }) => {
      const result = await withDatabase(({ sql }) => distribute(sql, by));
      process.stdout.write(sentenceFor(result, by));
    });

export function sentenceFor(result: Awaited<ReturnType<typeof distribute>>, by: DistributeBy): string {
  if (!result.isCluster)
    return 'This database has no Citus extension: all of it is on one machine, and nothing was changed.\n';
  if (result.done.length === 0) return `The tables are distributed by ${by} already: nothing was changed.\n`;
  return `${result.done.map((statement) => `${statement};`).join('\n')}\nThe tables are distributed by ${by}.\n`;
}
