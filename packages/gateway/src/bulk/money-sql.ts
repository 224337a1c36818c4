import { exponentOf } from '../cli/import/minor-units.ts';
import { literal } from './sql-text.ts';

/** One currency of all rows, or an SQL expression of each row's and the currencies whose decimals it may have. */
export type MoneyCurrency = { code: string } | { sql: string; seen: readonly string[] };

/** Currencies of the seen ones whose minor units are not hundredths. */
const unusual = (seen: readonly string[]) => seen.filter((code) => exponentOf(code) !== 2);

/** That a currency has the decimals by which `minorUnitsSql` reads it: one that was not seen may have others. */
export const hasKnownDecimals = (sql: string, seen: readonly string[]): string => {
  const others = allUnusual.filter((code) => !seen.includes(code));
  return `${sql} NOT IN (${others.map(literal).join(', ')})`;
};

const allUnusual = (() => {
  const codes: string[] = [];
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const a of letters)
    for (const b of letters) for (const c of letters) if (exponentOf(a + b + c) !== 2) codes.push(a + b + c);
  return codes;
})();

/** An amount as SQL, exact: `value` is NULL where the text is not in a plain spelling; times `scale` it is whole minor units. */
export type MoneySql = { value: string; scale: number };

/**
 * @param text the name of a column
 * @param parsed what `moneyCast` makes of it, by its name
 */
export function moneySql(
  text: string,
  parsed: string,
  currency: MoneyCurrency,
  unit: 'major' | 'minor',
  point: '.' | ',',
): MoneySql {
  const exponents = exponentsOf(currency, unit);
  const [only] = exponents;
  if (exponents.length === 1 && only !== undefined)
    return { value: plain(text, parsed, only, point), scale: 10 ** only };
  if ('code' in currency) return { value: 'NULL', scale: 1 };
  const minor = (exponent: number) =>
    `(${plain(text, castSql(text, exponent, point), exponent, point)} * ${10 ** exponent})::BIGINT`;
  const cases = unusual(currency.seen).map(
    (code) => `WHEN ${currency.sql} = ${literal(code)} THEN ${minor(exponentOf(code))}`,
  );
  return { value: `CASE ${cases.join(' ')} ELSE ${minor(2)} END`, scale: 1 };
}

/** The text as a number with the currency's decimals; read once, and compared with the text by `moneySql`. */
export const moneyCast = (
  text: string,
  currency: MoneyCurrency,
  unit: 'major' | 'minor',
  point: '.' | ',',
): string => castSql(text, exponentsOf(currency, unit)[0] ?? 2, point);

function exponentsOf(currency: MoneyCurrency, unit: 'major' | 'minor'): number[] {
  if (unit === 'minor') return [0];
  if ('code' in currency) return [exponentOf(currency.code)];
  return unusual(currency.seen).length === 0 ? [2] : [2, ...new Set(unusual(currency.seen).map(exponentOf))];
}

/** At most 18 digits, as the checker takes them. */
const castSql = (text: string, exponent: number, point: '.' | ',') =>
  `TRY_CAST(${dotted(text, point)} AS DECIMAL(18, ${exponent}))`;

const dotted = (text: string, point: '.' | ',') =>
  point === '.' ? text : `CASE WHEN contains(${text}, '.') THEN NULL ELSE replace(${text}, ',', '.') END`;

/**
 * The number, where nothing was rounded or guessed on the way to it: because it is written with all its decimals, as exports do, and comes
 * out again as it went in, or because the text has the shape of an amount with no more decimals than there are. And where it is small enough
 * for its minor units: DuckDB multiplies decimals of 18 digits with 18 digits, its decimals among them, and ends the whole query beyond.
 */
function plain(text: string, parsed: string, exponent: number, point: '.' | ','): string {
  const decimals = exponent === 0 ? '' : `(${point === '.' ? '\\.' : ','}[0-9]{1,${exponent}})?`;
  const shaped = `(${parsed}::VARCHAR = ${dotted(text, point)} AND ${text} >= '0')
    OR regexp_full_match(${text}, '[0-9]{1,${18 - exponent}}${decimals}')`;
  return exponent === 0
    ? `CASE WHEN ${shaped} THEN ${parsed} END`
    : `CASE WHEN (${shaped}) AND ${parsed} < ${10 ** (18 - 2 * exponent)} THEN ${parsed} END`;
}
