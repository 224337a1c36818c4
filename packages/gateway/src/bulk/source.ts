import { type FileHandle, open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { ImportFailure } from '../cli/import/failure.ts';
import { guess } from '../cli/import/guess.ts';
import { columnsOf, type Mapping, maps } from '../cli/import/mapping.ts';
import { readCsv } from '../cli/import/read-csv.ts';
import { unreadable } from '../cli/import/read-lines.ts';
import type { RowOrReject } from '../cli/import/row.ts';
import { blankCells, type Cells, csvCells, jsonCells, type ParquetColumn, parquetCells } from './cells.ts';
import { allRows, oneRow, toNumber, toText } from './duck.ts';
import { readExactly, type TextFormat } from './exact-rows.ts';
import { PieceReader } from './pieces.ts';
import { literal } from './sql-text.ts';
import { isoShapeOf } from './time-sql.ts';

/** A share of a file: what DuckDB reads at once, and one transaction stores. */
export type Share = {
  /** In the unit of its source. */
  from: number;
  to: number;
  /** Its rows for DuckDB, in order; undefined where only the exact reader may read it. */
  cells: ((withContent: boolean) => string) | undefined;
  /** Its rows as the exact readers have them: all, or those at these places. */
  rows(places: ReadonlySet<number> | undefined): Promise<RowOrReject[]>;
  release(): Promise<void>;
};

export type Source = {
  /** Bytes of text; rows of Parquet. */
  size: number;
  /** Where the first row begins. */
  start: number;
  columns: readonly string[];
  isJson: boolean;
  /** Lines are events already. */
  isEnvelope: boolean;
  /** The spellings of ISO times at the start of the file, for `time-sql`. */
  timeShapes: string[];
  /** The currencies there, where a column names them. */
  currencies: string[];
  /** Undefined at the end. */
  next(from: number): Promise<Share | undefined>;
  close(): Promise<void>;
};

export type SourceOptions = {
  file: string;
  mapping: Mapping;
  /** Of DuckDB, for what only it can read. */
  duck: DuckDBConnection;
  folder: string;
  pieceBytes: number;
};

const sampleBytes = 262_144;

/** @throws {ImportFailure} the file or the mapping will not do */
export async function openSource(options: SourceOptions): Promise<Source> {
  const { file } = options;
  const size = await stat(file).then(
    (found) => {
      if (found.isDirectory()) throw new ImportFailure(`${file} is a folder, not a file.`);
      return found.size;
    },
    (error: unknown) => {
      throw unreadable(file, error);
    },
  );
  return extname(file).toLowerCase() === '.parquet'
    ? await openParquet(options)
    : await openText(options, size);
}

async function openText({ file, mapping, folder, pieceBytes }: SourceOptions, size: number): Promise<Source> {
  const guessed = await guess(file);
  const kind = mapping.format ?? guessed.format;
  const delimiter = delimiterOf(mapping.delimiter) ?? guessed.delimiter;
  const handle = await open(file, 'r');
  try {
    const head = await headOf(handle, Math.min(size, 1_048_576));
    const mark = head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
    const header =
      kind === 'csv' && mapping.columns === undefined
        ? headerOf(head, mark, delimiter)
        : { names: mapping.columns ?? [], end: mark };
    const columns = kind === 'csv' ? header.names : [...new Set(columnsOf(mapping))];
    const format: TextFormat = { kind, delimiter, columns };
    const needed = columnsOf(mapping);
    // Says which columns are missing.
    if (kind === 'csv')
      for await (const _ of readCsv(nothing(), { delimiter, columns: [...columns], needed }));
    const cells: Cells | undefined =
      kind === 'ndjson'
        ? jsonCells(columns)
        : delimiter === 'whitespace'
          ? blankCells(columns)
          : csvCells(columns, delimiter);
    const quotes = kind === 'csv' && delimiter !== 'whitespace';
    const pieces = new PieceReader({ file: handle, size, folder, pieceBytes, quotes });
    const lines = new LineCounter(handle);
    const sample = await readExactly(
      { bytes: wholeLines(await headOf(handle, sampleBytes, header.end)), quoted: quotes, odd: false },
      1,
      format,
      needed,
      undefined,
    );
    return {
      size,
      start: header.end,
      columns,
      isJson: kind === 'ndjson',
      isEnvelope: kind === 'ndjson' && !maps(mapping),
      timeShapes: shapesOf(valuesOf(sample, mapping.time)),
      currencies: currenciesOf(valuesOf(sample, mapping.currencyColumn)),
      next: async (from) => {
        const piece = await pieces.next(from);
        if (piece === undefined) return undefined;
        return {
          from: piece.from,
          to: piece.to,
          cells: piece.odd || cells === undefined ? undefined : (withContent) => cells(piece, withContent),
          rows: async (places) =>
            await readExactly(piece, await lines.at(piece.from), format, needed, places),
          release: piece.release,
        };
      },
      close: async () => {
        await pieces.close();
        await handle.close();
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* nothing(): AsyncGenerator<never> {}

async function headOf(handle: FileHandle, length: number, from = 0): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, from);
  return bytes.subarray(0, bytesRead);
}

const wholeLines = (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1 || bytes.length);

/** The names in the first line that is not blank, and where the next one begins. */
function headerOf(head: Buffer, from: number, delimiter: string): { names: string[]; end: number } {
  let open = false;
  let begin = from;
  for (let at = from; at <= head.length; at += 1) {
    if (head[at] === 0x22 && delimiter !== 'whitespace') open = !open;
    if (at < head.length && (head[at] !== 0x0a || open)) continue;
    const text = head.toString('utf8', begin, at).replace(/\r$/, '');
    if (text.trim() === '') {
      begin = at + 1;
      continue;
    }
    const cells =
      delimiter === 'whitespace'
        ? text.trim().split(/[ \t]+/)
        : (parse(text, { delimiter, relax_column_count: true })[0] ?? []);
    return { names: cells.map((cell) => String(cell).trim()), end: Math.min(at + 1, head.length) };
  }
  throw new ImportFailure('The file is empty: it has no header.');
}

const valuesOf = (rows: readonly RowOrReject[], column: string | undefined): unknown[] =>
  column === undefined ? [] : rows.flatMap((row) => ('row' in row ? [row.row.get(column)] : []));

const currenciesOf = (texts: readonly unknown[]): string[] => [
  ...new Set(texts.filter((text): text is string => typeof text === 'string' && /^[A-Z]{3}$/.test(text))),
];

const shapesOf = (texts: readonly unknown[]): string[] => {
  const times = new Map<string, number>();
  for (const text of texts) {
    const shape = typeof text === 'string' ? isoShapeOf(text.trim()) : undefined;
    if (shape !== undefined) times.set(shape, (times.get(shape) ?? 0) + 1);
  }
  return [...times].sort(([, a], [, b]) => b - a).map(([shape]) => shape);
};

/** Which line an offset is on. Counted only once somebody asks, and no byte twice. */
class LineCounter {
  readonly #handle: FileHandle;
  #at = 0;
  #line = 1;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  at(offset: number): Promise<number> {
    const found = this.#turn.then(() => this.#count(offset));
    this.#turn = found.catch(() => {});
    return found;
  }

  async #count(offset: number): Promise<number> {
    if (offset < this.#at) {
      this.#at = 0;
      this.#line = 1;
    }
    while (this.#at < offset) {
      const bytes = await headOf(this.#handle, Math.min(4_194_304, offset - this.#at), this.#at);
      if (bytes.length === 0) break;
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) this.#line += 1;
      this.#at += bytes.length;
    }
    return this.#line;
  }
}

function delimiterOf(given: string | undefined): string | undefined {
  if (given === undefined || given === 'whitespace') return given;
  if (given === 'tab' || given === '\\t') return '\t';
  if ([...given].length === 1 && !/["\r\n]/.test(given)) return given;
  throw new ImportFailure(
    `The delimiter is one character, "tab" or "whitespace", not ${JSON.stringify(given)}.`,
  );
}

/** About as many as a piece of text has. */
const parquetRows = 500_000;

async function openParquet({ file, mapping, duck }: SourceOptions): Promise<Source> {
  const read = `read_parquet(${literal(file)})`;
  const described = await allRows(duck, `DESCRIBE SELECT * FROM ${read}`).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const columns: ParquetColumn[] = described.map(([column, type]) => ({
    name: toText(column),
    type: toText(type),
  }));
  const names = columns.map((column) => column.name);
  for await (const _ of readCsv(nothing(), { delimiter: ',', columns: names, needed: columnsOf(mapping) }));
  const [count] = await oneRow(duck, `SELECT count(*) FROM ${read}`);
  const size = toNumber(count);
  const cells = parquetCells(columns);
  const rowsAt = async (
    from: number,
    to: number,
    places: ReadonlySet<number> | undefined,
  ): Promise<RowOrReject[]> => {
    const found = await allRows(duck, cells(file, from, to, false));
    return found.flatMap((values, place) => {
      if (places !== undefined && !places.has(place)) return [];
      const texts = values.map(toText);
      const content = JSON.stringify(texts);
      return [
        {
          row: {
            line: from + place + 1,
            raw: content,
            content,
            get: (column: string) => {
              const at = names.lastIndexOf(column);
              return at === -1 ? undefined : texts[at];
            },
          },
        },
      ];
    });
  };
  const sample = await rowsAt(0, Math.min(size, 2_000), undefined);
  return {
    size,
    start: 0,
    columns: names,
    isJson: false,
    isEnvelope: false,
    timeShapes: shapesOf(valuesOf(sample, mapping.time)),
    currencies: currenciesOf(valuesOf(sample, mapping.currencyColumn)),
    next: async (from) => {
      if (from >= size) return undefined;
      const to = Math.min(size, from + parquetRows);
      return {
        from,
        to,
        cells: (withContent) => cells(file, from, to, withContent),
        rows: (places) => rowsAt(from, to, places),
        release: async () => {},
      };
    },
    close: async () => {},
  };
}
