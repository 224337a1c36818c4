import { parse } from 'csv-parse/sync';
import { ImportFailure } from './failure.ts';
import type { Line } from './read-lines.ts';
import type { Reject, RowOrReject } from './row.ts';

export type CsvOptions = {
  /** One character, or `whitespace`: any run of blanks and tabs, leading ones passed over, no quotes. */
  delimiter: string;
  /** The names of the columns of a file without a header. */
  columns?: string[] | undefined;
  /** Names that the mapping uses: all must be there. */
  needed: string[];
};

/** A quoted value may run over lines; one that runs over more than this was never closed. */
const longestRecord = 100;

type Record = { line: number; lines: string[] };
type Parsed = { line: number; raw: string; cells: string[] };

/**
 * Rows of CSV. Records are framed here, by counting quotes, and read by csv-parse, many at a time: a stray quote
 * spoils its own line and no other, and every row knows the line that it begins on.
 *
 * @throws {ImportFailure} a needed column is missing
 */
export async function* readCsv(
  source: AsyncIterable<Line[]>,
  options: CsvOptions,
): AsyncGenerator<RowOrReject[]> {
  let names = options.columns;
  if (names !== undefined) checkColumns(names, options.needed);
  for await (const records of frame(source, options.delimiter !== 'whitespace')) {
    const out: RowOrReject[] = [];
    for (const item of parseAll(records, options.delimiter)) {
      if ('reject' in item) {
        out.push(item);
      } else if (names === undefined) {
        names = item.cells.map((name) => name.trim());
        checkColumns(names, options.needed);
      } else {
        out.push(toRow(item, names));
      }
    }
    yield out;
  }
  if (names === undefined) throw new ImportFailure('The file is empty: it has no header.');
}

function checkColumns(names: string[], needed: string[]): void {
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  const quoted = (list: string[]) => list.map((name) => JSON.stringify(name)).join(', ');
  throw new ImportFailure(`The file has no column ${quoted(missing)}; it has ${quoted(names)}.`);
}

function toRow({ line, raw, cells }: Parsed, names: string[]): RowOrReject {
  if (cells.length !== names.length) {
    const reason = `The line has ${cells.length} values, and there are ${names.length} columns.`;
    return { reject: { line, code: 'row_uneven', reason, raw } };
  }
  const index = new Map(names.map((name, i) => [name, i]));
  return {
    row: {
      line,
      raw,
      content: JSON.stringify(cells),
      get: (name) => {
        const i = index.get(name);
        return i === undefined ? undefined : cells[i];
      },
    },
  };
}

/** Joins lines to records: a line with an odd number of quotes goes on until the next such line. */
async function* frame(
  source: AsyncIterable<Line[]>,
  quotes: boolean,
): AsyncGenerator<(Record | { reject: Reject })[]> {
  let open: Line[] = [];
  const close = (out: (Record | { reject: Reject })[]) => {
    const [first, ...others] = open;
    open = [];
    if (first === undefined) return;
    const reason = 'A quote is opened and never closed.';
    out.push({ reject: { line: first.line, code: 'row_unreadable', reason, raw: first.text } });
    for (const line of others) add(line, out);
  };
  const add = (line: Line, out: (Record | { reject: Reject })[]) => {
    if (line.tooLong) {
      out.push({
        reject: {
          line: line.line,
          code: 'line_too_long',
          reason: 'The line is longer than 1 MiB.',
          raw: line.text,
        },
      });
      return;
    }
    const odd = quotes && line.text.split('"').length % 2 === 0;
    if (open.length > 0) {
      open.push(line);
      if (odd) {
        out.push({ line: open[0]?.line ?? line.line, lines: open.map(({ text }) => text) });
        open = [];
      } else if (open.length > longestRecord) close(out);
    } else if (odd) open.push(line);
    else if (line.text.trim() !== '') out.push({ line: line.line, lines: [line.text] });
  };
  for await (const lines of source) {
    const out: (Record | { reject: Reject })[] = [];
    for (const line of lines) add(line, out);
    if (out.length > 0) yield out;
  }
  const out: (Record | { reject: Reject })[] = [];
  while (open.length > 0) close(out);
  if (out.length > 0) yield out;
}

function parseAll(
  records: (Record | { reject: Reject })[],
  delimiter: string,
): (Parsed | { reject: Reject })[] {
  if (delimiter === 'whitespace') {
    return records.map((record) => {
      if ('reject' in record) return record;
      const raw = record.lines.join('\n');
      return { line: record.line, raw, cells: raw.trim().split(/[ \t]+/) };
    });
  }
  const good = records.filter((record) => 'lines' in record);
  const together = tryParse(good.map(({ lines }) => lines.join('\n')).join('\n'), delimiter);
  if (together?.length === good.length) {
    let next = 0;
    return records.map((record) => {
      if ('reject' in record) return record;
      const cells = together[next] ?? [];
      next += 1;
      return { line: record.line, raw: record.lines.join('\n'), cells };
    });
  }
  return records.flatMap((record) => ('reject' in record ? [record] : parseAlone(record, delimiter)));
}

/** A record of several lines that does not read as one was a stray quote: its lines are read for themselves. */
function parseAlone({ line, lines }: Record, delimiter: string): (Parsed | { reject: Reject })[] {
  const raw = lines.join('\n');
  const parsed = tryParse(raw, delimiter);
  if (parsed?.length === 1 && parsed[0] !== undefined) return [{ line, raw, cells: parsed[0] }];
  if (lines.length > 1) {
    return lines.flatMap((text, i) =>
      text.trim() === '' ? [] : parseAlone({ line: line + i, lines: [text] }, delimiter),
    );
  }
  return [{ reject: { line, code: 'row_unreadable', reason: 'A quote stands where none may stand.', raw } }];
}

function tryParse(text: string, delimiter: string): string[][] | undefined {
  try {
    return parse(text, { delimiter, relax_column_count: true, record_delimiter: '\n' });
  } catch {
    return undefined;
  }
}
