import { Command } from 'commander';
import { listPartitions, type PartitionRow } from '../db/queries/partitions.ts';
import { tableText } from './table-text.ts';
import { withDatabase } from './with-database.ts';

export const partitionsCommand = (): Command =>
  new Command('partitions')
    .description('List the partitions of the events: range, rows (an estimate of the planner) and size')
    .addHelpText('after', '\nOn a cluster the sizes are those of the node that DATABASE_URL names.')
    .action(async () => {
      process.stdout.write(partitionsText(await withDatabase(({ sql }) => listPartitions(sql))));
    });

export function partitionsText(partitions: readonly PartitionRow[]): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return tableText(
    ['partition', 'from', 'to', 'rows', 'size'],
    partitions.map(({ table, from, to, rows, bytes }) => [
      table,
      day(from),
      day(to),
      rows === null ? '?' : Math.round(rows).toLocaleString('en-US'),
      sizeText(bytes),
    ]),
    ['rows', 'size'],
  );
}

function sizeText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1024;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${size.toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}
