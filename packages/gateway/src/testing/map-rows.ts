import { eventIds } from '../cli/import/event-ids.ts';
import { guess } from '../cli/import/guess.ts';
import { type MappedRow, rowMapper } from '../cli/import/map-row.ts';
import { columnsOf, type Mapping } from '../cli/import/mapping.ts';
import { readCsv } from '../cli/import/read-csv.ts';
import { readLines } from '../cli/import/read-lines.ts';
import { readNdjson } from '../cli/import/read-ndjson.ts';

/** The events that the command would send for a file over HTTP. */
export async function mapRows(file: string, mapping: Mapping): Promise<MappedRow[]> {
  const { format, delimiter } = await guess(file);
  const map = rowMapper(mapping, eventIds(mapping.source ?? 'import'));
  const lines = readLines(file);
  const rows =
    format === 'ndjson'
      ? readNdjson(lines)
      : readCsv(lines, {
          delimiter: mapping.delimiter ?? delimiter,
          columns: mapping.columns,
          needed: columnsOf(mapping),
        });
  const mapped: MappedRow[] = [];
  for await (const some of rows) for (const row of some) mapped.push('reject' in row ? row : map(row.row));
  return mapped;
}
