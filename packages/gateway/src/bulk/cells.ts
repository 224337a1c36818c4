import type { Piece } from './pieces.ts';
import { all, literal, name } from './sql-text.ts';

/**
 * A file's rows as cells, in SQL: `c0`, `c1`, … as text, NULL where empty; of JSON the values too (`j0`, …) and whether the text is
 * surely what JavaScript makes of them (`sane`). With `content` there are what makes two rows equal, and in `wrapped` what of it stood
 * in quotes that would need an escape.
 */
export type Cells = (piece: Pick<Piece, 'path' | 'quoted' | 'crlf'>, withContent: boolean) => string;

const csvSource = (path: string, columns: readonly string[], dialect: string) =>
  `read_csv(${literal(path)}, header = false, auto_detect = false, strict_mode = true, ${dialect},
     columns = {${columns.map((column) => `'${column}': 'VARCHAR'`).join(', ')}})`;

/** What no line of text holds, so that a line stays whole. */
const wholeLines = `delim = '\x1f', quote = '', escape = ''`;
/**
 * Left to DuckDB where lines end with CR LF: told so, and strict besides, its reader (1.5.6) finds no line at all. A lone CR, which it
 * would take for an end, does not come here.
 */
const lineEnd = (crlf: boolean) => (crlf ? '' : `, new_line = '\\n'`);

export function csvCells(columns: readonly string[], delimiter: string): Cells {
  const names = columns.map((_, at) => `c${at}`);
  return ({ path, quoted, crlf }, withContent) => {
    const quote = quoted ? `quote = '"', escape = '"'` : `quote = '', escape = ''`;
    const source = csvSource(path, names, `delim = ${literal(delimiter)}, ${quote}${lineEnd(crlf)}`);
    return `SELECT ${names.join(', ')}${withContent ? `, ${contentSql(names)}` : ''} FROM ${source}`;
  };
}

/** `JSON.stringify` of the cells, as long as none of them needs an escape. */
const contentSql = (names: readonly string[]) => {
  const texts = names.map((cell) => `coalesce(${cell}, '')`);
  return `'["' || ${texts.join(` || '","' || `)} || '"]' AS content, concat(${names.join(', ')}) AS wrapped`;
};

/** Columns apart by any run of blanks, as in tables of old. */
export function blankCells(columns: readonly string[]): Cells {
  const names = columns.map((_, at) => `c${at}`);
  return ({ path, crlf }, withContent) => `
    SELECT *${withContent ? `, ${contentSql(names)}` : ''} FROM (
      SELECT ${names.map((cell, at) => `CASE WHEN len(parts) = ${columns.length} THEN parts[${at + 1}] END AS ${cell}`).join(', ')}
      FROM (
        SELECT string_split_regex(trim(line, ' \t'), '[ \t]+') AS parts
        FROM ${csvSource(path, ['line'], `${wholeLines}${lineEnd(crlf)}`)}
      )
    )`;
}

/** Undefined: two names of which one lies within the other. */
export function jsonCells(columns: readonly string[]): Cells | undefined {
  const shape = shapeOf(columns);
  if (shape === undefined) return undefined;
  const values = columns.map((column, at) => {
    const path = column.split('.');
    return `s.${path.map(name).join('.')}::VARCHAR AS j${at}`;
  });
  // A key that has a dot in it goes before the path of that name.
  const dotted = columns.filter((column) => column.includes('.'));
  const texts = columns.map(
    (_, at) =>
      `nullif(CASE WHEN starts_with(j${at}, '"') THEN substr(j${at}, 2, length(j${at}) - 2) ELSE j${at} END, '') AS c${at}`,
  );
  const sane = all([
    `starts_with(line, '{') AND ends_with(line, '}')`,
    ...dotted.map((column) => `s.${name(column)} IS NULL`),
    ...columns.map((_, at) => isPlainJson(`j${at}`)),
  ]);
  return ({ path, crlf }) => `
    SELECT line AS content, '' AS wrapped, ${texts.join(', ')}, ${columns.map((_, at) => `j${at}`).join(', ')},
      coalesce(${sane}, false) AS sane
    FROM (
      SELECT line, s, ${values.join(', ')} FROM (
        SELECT line, TRY(json_transform(line, ${literal(JSON.stringify(shape))})) AS s
        FROM ${csvSource(path, ['line'], `${wholeLines}${lineEnd(crlf)}`)}
      )
    )`;
}

/** A string without an escape, true, false, or a number that both write alike. */
const isPlainJson = (value: string) => `${value} IS NULL
  OR (starts_with(${value}, '"') AND NOT contains(${value}, '\\'))
  OR ${value} IN ('true', 'false')
  OR (TRY_CAST(${value} AS BIGINT)::VARCHAR = ${value} AND strlen(${value}) <= 15)
  OR regexp_full_match(${value}, '-?(0|[1-9][0-9]{0,8})\\.[0-9]{0,5}[1-9]')`;

type Shape = { [key: string]: 'JSON' | Shape };

function shapeOf(columns: readonly string[]): Shape | undefined {
  const shape: Shape = {};
  for (const column of columns) {
    let at = shape;
    const path = column.split('.');
    if (path.length > 1) shape[column] = 'JSON';
    for (const key of path.slice(0, -1)) {
      const inner = at[key] ?? {};
      if (inner === 'JSON') return undefined;
      at[key] = inner;
      at = inner;
    }
    const last = path.at(-1) ?? '';
    if (typeof at[last] === 'object') return undefined;
    at[last] = 'JSON';
  }
  return shape;
}

export type ParquetColumn = { name: string; type: string };

/** Rows `from` to `to` of a Parquet file; the path of a piece is `FILE` and its rows are in it. */
export function parquetCells(
  columns: readonly ParquetColumn[],
): (file: string, from: number, to: number, withContent: boolean) => string {
  const names = columns.map((_, at) => `c${at}`);
  const texts = columns.map(({ name: column, type }, at) => `${textSql(name(column), type)} AS c${at}`);
  return (file, from, to, withContent) => `
    SELECT ${names.join(', ')}${withContent ? `, ${contentSql(names)}` : ''} FROM (
      SELECT ${texts.join(', ')} FROM read_parquet(${literal(file)}, file_row_number = true)
      WHERE file_row_number >= ${from} AND file_row_number < ${to}
    )`;
}

function textSql(column: string, type: string): string {
  // Whole milliseconds, with the zone where the column has one.
  if (type.startsWith('TIMESTAMP WITH TIME ZONE'))
    return `strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  if (type.startsWith('TIMESTAMP')) return `strftime(${column}::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%g')`;
  return `nullif(${column}::VARCHAR, '')`;
}
