import { literal } from './sql-text.ts';
import { instantSql } from './zone-offset.ts';

/**
 * Milliseconds since 1970 of a time that is written in the mapping's format, as SQL over its text. NULL where the text is not in
 * the plainest spelling of the format: such rows are read by `cli/import/read-time`, which knows all of them.
 *
 * @param shapes spellings of `iso` that the file uses, as `isoShapeOf` names them
 */
export function timeSql(
  text: string,
  format: string,
  zone: string,
  span: { from: number; to: number },
  shapes: readonly string[],
): string | undefined {
  const local = (wall: string) => (zone === 'UTC' ? wall : instantSql(zone, wall, span.from, span.to));
  if (format === 'iso') {
    const cases = shapes.map(
      (shape) => `WHEN ${text} LIKE ${literal(shape)} THEN ${isoSql(text, shape, local)}`,
    );
    return cases.length === 0 ? undefined : `CASE ${cases.join(' ')} END`;
  }
  if (format === 'unix')
    return `CASE WHEN TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text} AND strlen(${text}) <= 11 THEN TRY_CAST(${text} AS BIGINT) * 1000 END`;
  if (format === 'unixms')
    return `CASE WHEN TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text} AND strlen(${text}) <= 14 THEN TRY_CAST(${text} AS BIGINT) END`;
  const fixed = fixedPattern(format === 'YYYYMMDD' ? 'yyyyMMdd' : format);
  if (fixed === undefined) return undefined;
  const { shape, parts } = fixed;
  const part = (token: string, otherwise: string) => {
    const at = parts.get(token);
    return at === undefined ? literal(otherwise) : `substr(${text}, ${at + 1}, ${token.length})`;
  };
  const iso = `${part('yyyy', '')} || '-' || ${part('MM', '01')} || '-' || ${part('dd', '01')} || ' ' || ${part('HH', '00')} || ':' || ${part('mm', '00')} || ':' || ${part('ss', '00')} || '.' || ${part('SSS', '000')}`;
  const digits = [...parts].map(([token, at]) => onlyDigits(text, at, token.length));
  return `CASE WHEN ${text} LIKE ${literal(shape)} AND ${digits.join(' AND ')} THEN ${local(`epoch_ms(TRY_CAST(${iso} AS TIMESTAMP))`)} END`;
}

const onlyDigits = (text: string, at: number, length: number) =>
  `lpad(TRY_CAST(substr(${text}, ${at + 1}, ${length}) AS INTEGER)::VARCHAR, ${length}, '0') = substr(${text}, ${at + 1}, ${length})`;

function isoSql(text: string, shape: string, local: (wall: string) => string): string {
  // A blank in the place of a digit is read by DuckDB and by nobody else.
  const sane = (value: string) =>
    shape.length === 10
      ? value
      : shape[10] === 'T'
        ? `CASE WHEN NOT contains(${text}, ' ') THEN ${value} END`
        : `CASE WHEN substr(${text}, 12, 1) <> ' ' THEN ${value} END`;
  const minutes = /[+-]__:__$/.exec(shape) !== null;
  const zulu = shape.endsWith('Z');
  const body = minutes ? `left(${text}, ${shape.length - 6})` : text;
  const wall = `epoch_ms(TRY_CAST(${body} AS TIMESTAMP))`;
  if (zulu) return sane(wall);
  if (!minutes) return sane(local(wall));
  const at = shape.length - 6;
  const hours = `substr(${text}, ${at + 2}, 2)`;
  const rest = `substr(${text}, ${at + 5}, 2)`;
  const sign = shape[at] === '-' ? '+' : '-';
  return sane(
    `CASE WHEN ${onlyDigits(text, at + 1, 2)} AND ${onlyDigits(text, at + 4, 2)} AND ${hours} <= '14' AND ${rest} < '60' THEN ${wall} ${sign} (TRY_CAST(${hours} AS BIGINT) * 60 + TRY_CAST(${rest} AS BIGINT)) * 60000 END`,
  );
}

/** The spelling of an ISO time as a pattern of LIKE; undefined for those that are left to the exact reader. */
export function isoShapeOf(text: string): string | undefined {
  const match = /^\d{4}-\d{2}-\d{2}(?:([T ])\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  if (match === null) return undefined;
  return text.replace(/\d/g, '_');
}

/** Tokens of a fixed width at fixed places, and nothing else that Luxon would read in its own way. */
function fixedPattern(pattern: string): { shape: string; parts: Map<string, number> } | undefined {
  const parts = new Map<string, number>();
  let shape = '';
  let at = 0;
  while (at < pattern.length) {
    const token = /^(yyyy|MM|dd|HH|mm|SSS|ss)/.exec(pattern.slice(at))?.[0];
    if (token === undefined) {
      const character = pattern[at] ?? '';
      if (!/[-/.: ]/.test(character)) return undefined;
      shape += character;
      at += 1;
    } else {
      const after = pattern[at + token.length];
      if (parts.has(token) || after === token[0]) return undefined;
      parts.set(token, at);
      shape += '_'.repeat(token.length);
      at += token.length;
    }
  }
  return ['yyyy', 'MM', 'dd'].every((token) => parts.has(token)) ? { shape, parts } : undefined;
}
