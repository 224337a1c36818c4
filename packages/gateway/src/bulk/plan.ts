import type { Mapping } from '../cli/import/mapping.ts';
import { isActivity } from '../ingest/activity.ts';
import { currencyOf, noCurrency } from '../ingest/count-event.ts';
import { builtInTypes } from '../ingest/event-types.ts';
import {
  type Cell,
  type DataField,
  dataFieldsOf,
  ends,
  isOwnType,
  judgedTypes,
  type Money,
  starts,
  validDataSql,
} from './data-fields.ts';
import { hasKnownDecimals } from './money-sql.ts';
import { all, literal } from './sql-text.ts';
import { timeSql } from './time-sql.ts';
import { offsetSql } from './zone-offset.ts';

/** What SQL is to make of a file's rows. Instants are milliseconds since 1970. */
export type PlanOptions = {
  mapping: Mapping;
  /** The columns in their order; of NDJSON, the names that the mapping uses. */
  columns: readonly string[];
  /** Cells are JSON values. */
  isJson: boolean;
  /** The tenant's. */
  timeZone: string;
  /** How the file writes its times, as `isoShapeOf` names it. */
  timeShapes: readonly string[];
  /** Currencies at the start of the file. */
  currencies: readonly string[];
  earliest: number;
  latest: number;
};

/** SQL over a relation of cells (`c0`, `c1`, …; of NDJSON also `j0`, `j1`, …), each NULL where empty. */
export type Plan = {
  /** A SELECT of sums by player, type, currency, brand, day and what else counts: see `group-columns`. */
  sums(cells: string): string;
  /** A SELECT of one truth: every player, type, currency and brand of sums (of a table as `sums` makes it) is as it has to be. */
  keysFit(sums: string): string;
  /** Corrects `fast` of sums where that is not so. */
  refuseKeys(sums: string): string;
  /** A SELECT of each row, in order: whether its sums stand in `sums` as `fast`. */
  places(cells: string): string;
  /** A SELECT of each row, in order, ready to be stored where `fast` holds; the others are for the exact path. */
  rows(cells: string): string;
  /** A SELECT of what the report looks at: types, players, times and amounts, right or wrong. */
  looks(cells: string): string;
  /** The columns of `sums`, of rows as `rows` gives them. */
  sumsOfRows(rows: string): string;
};

const movesMoney = builtInTypes.filter(
  (type) =>
    currencyOf({
      id: '',
      source: 'server',
      type,
      player: '',
      at: 0,
      brand: null,
      data: { currency: 'BRL' },
      replay: true,
    }) !== noCurrency,
);

const list = (texts: readonly string[]) => texts.map(literal).join(', ');

/** The SQL condition that an event of a type is something the player did. */
export const activitySql = (type: string): string =>
  `${type} NOT IN (${list(builtInTypes.filter((known) => !isActivity(known)))})`;

/** Undefined: nothing of this file can be judged by SQL; every row takes the exact path. */
export function createPlan(options: PlanOptions): Plan | undefined {
  const { mapping, columns, isJson, timeZone, timeShapes, currencies, earliest, latest } = options;
  const { player, time, typeColumn, currencyColumn, brandColumn } = mapping;
  if (player === undefined || time === undefined) return undefined;
  const cellOf = (column: string): Cell => {
    const at = columns.lastIndexOf(column);
    return { text: `c${at}`, json: isJson ? `j${at}` : undefined };
  };
  const needed = [player, time, typeColumn, currencyColumn, brandColumn, mapping.id, mapping.amount];
  if (needed.some((column) => column !== undefined && !columns.includes(column))) return undefined;
  const textOf = (column: string | undefined, constant: string | undefined) =>
    column !== undefined ? cellOf(column).text : constant === undefined ? undefined : literal(constant);

  const type = textOf(typeColumn, mapping.type);
  const currency = textOf(currencyColumn, mapping.currency);
  const brand = textOf(brandColumn, mapping.brand);
  const money: Money | undefined =
    currency === undefined
      ? undefined
      : {
          currency:
            currencyColumn === undefined
              ? { code: mapping.currency ?? '' }
              : { sql: currency, seen: currencies },
          unit: mapping.amountUnit ?? 'major',
          decimal: mapping.decimal ?? '.',
        };
  const data = dataFieldsOf(mapping, cellOf, money);
  const at = timeSql(
    cellOf(time).text,
    mapping.timeFormat ?? 'iso',
    mapping.zone ?? 'UTC',
    { from: earliest, to: latest },
    timeShapes,
  );
  if (type === undefined || data === undefined || at === undefined) return undefined;
  const { fields, derived } = data;
  const hasCurrency =
    mapping.amount !== undefined ||
    Object.values(mapping.set ?? {}).some(
      (field) => typeof field === 'object' && 'as' in field && field.as === 'money',
    );
  const constantType = typeColumn === undefined ? mapping.type : undefined;
  const valid = validDataSql(type, fields, hasCurrency, constantType);
  if (valid === 'false') return undefined;
  const types = constantType === undefined ? judgedTypes(fields, hasCurrency) : [constantType];
  const counted = countedFields(types, fields);

  /** What the cells hold is judged once; everything after it goes by names. */
  const judged = (cells: string, more: readonly string[]) => `
    SELECT *, (ms + ${offsetSql(timeZone, 'ms', earliest, latest)}) AS local
    FROM (
      SELECT ${more.map((column) => `${column}, `).join('')}${cellOf(player).text} AS player, ${type} AS type, ${hasCurrency && currency !== undefined ? currency : 'NULL::VARCHAR'} AS currency,
        ${brand ?? 'NULL::VARCHAR'} AS brand, ${at} AS ms, (${valid}) AS fits${isJson ? ', sane' : ''},
        ${counted.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')}
      FROM (SELECT *${also(derived.second)} FROM (SELECT *${also(derived.first)} FROM (${cells})))
    )`;

  const codes = (currencyColumn === undefined ? [mapping.currency ?? ''] : currencies).filter(
    (code) => /^[A-Z]{3}$/.test(code) && code !== noCurrency,
  );
  const currencyFits = (of: string) =>
    codes.length === 0
      ? 'false'
      : codes
          .slice(0, 16)
          .map((code) => `${of} = ${literal(code)}`)
          .join(' OR ');

  /** What holds of a whole group if it holds of its keys, so that it is asked once a group. */
  const playerFits = `${plainText('player')} AND strlen(player) <= 128 AND player NOT IN ('.', '..')`;
  const othersFit = all([
    ...(constantType === undefined || builtInTypes.some((known) => known === constantType)
      ? []
      : [isOwnType('type')]),
    ...(hasCurrency ? [`regexp_full_match(currency, '[A-Z]{3}') AND currency <> '${noCurrency}'`] : []),
    ...(hasCurrency && currencyColumn !== undefined ? [hasKnownDecimals('currency', currencies)] : []),
    ...(brand === undefined ? [] : [`(brand IS NULL OR (${plainText('brand')} AND strlen(brand) <= 64))`]),
  ]);
  const keysFit = all([playerFits, othersFit]);
  // Where no money moves, the currency of the row is not that of its sums.
  const sumsFit = all([playerFits, othersFit.replaceAll('currency', 'row_currency')]);
  const rowFits = `coalesce(fits AND ms BETWEEN ${earliest} AND ${latest}${isJson ? ' AND sane' : ''}, false)`;
  const counting = `CASE WHEN type IN (${list(movesMoney)}) THEN currency ELSE '${noCurrency}' END`;

  return {
    sums: (cells) => `
      SELECT player, type, ${hasCurrency ? counting : `'${noCurrency}'`} AS currency, currency AS row_currency, brand, day, night, variant,
        fast, events, amount, stake, payout, rounds, seconds, first_at, last_at
      FROM (
        SELECT player, type, currency, brand, local // 86400000 AS day, (local % 86400000) < 21600000 AS night, variant,
          ${rowFits} AS fast, count(*) AS events, ${sumOf(counted)}, min(ms) AS first_at, max(ms) AS last_at
        FROM (${judged(cells, [])}) GROUP BY ALL
      )`,
    keysFit: (sums) => `
      SELECT (SELECT coalesce(bool_and(coalesce(${playerFits}, false)), true) FROM (SELECT DISTINCT player FROM ${sums} WHERE fast))
        AND (SELECT coalesce(bool_and(coalesce(${othersFit.replaceAll('currency', 'row_currency')}, false)), true)
          FROM (SELECT DISTINCT type, row_currency, brand FROM ${sums} WHERE fast))`,
    refuseKeys: (sums) => `UPDATE ${sums} SET fast = false WHERE fast AND NOT coalesce(${sumsFit}, false)`,
    looks: (cells) => `
      SELECT type, player, ms, local, ${counted
        .filter(({ name }) => ['amount', 'stake', 'payout'].includes(name))
        .map(({ name, scale }) => (scale === 1 ? name : `(${name} * ${scale})::BIGINT AS ${name}`))
        .join(', ')}
      FROM (${judged(cells, [])})`,
    places: (cells) => `
      SELECT coalesce(${rowFits} AND ${keysFit}, false) AS fast FROM (${judged(cells, [])})`,
    rows: (cells) => {
      const id = mapping.id === undefined ? undefined : cellOf(mapping.id).text;
      const probes = [
        cellOf(player).text,
        ...(brandColumn === undefined ? [] : [cellOf(brandColumn).text]),
        ...fields.flatMap(({ probe }) => (probe === undefined ? [] : [probe])),
        id ?? 'wrapped',
      ];
      const more = [
        id === undefined
          ? `sha256(${literal(`${mapping.source ?? 'import'}`)} || chr(0) || content) AS digest, NULL AS id`
          : `NULL AS digest, ${id} AS id`,
        `${jsonSql(fields, hasCurrency ? (currency ?? 'NULL') : undefined)} AS json`,
        `concat(${probes.join(', ')}) AS probe`,
      ];
      // Quotes, backslashes and control characters would need an escape, in JSON and on the way into the database.
      const isPlain = `NOT regexp_matches(probe, '["\\\\\\x00-\\x1f]') AND strlen(json) <= 32768`;
      // The same as `keysFit`, for what the probe has looked at already, and for the currencies that were seen.
      const rowKeysFit = all([
        `${starts('player')} AND ${ends('player')} AND strlen(player) <= 128 AND player <> '.' AND player <> '..'`,
        ...(brand === undefined
          ? []
          : [`(brand IS NULL OR (${starts('brand')} AND ${ends('brand')} AND strlen(brand) <= 64))`]),
        ...(!hasCurrency ? [] : [currencyFits('currency')]),
      ]);
      const idFits = id === undefined ? 'true' : `${starts('id')} AND ${ends('id')} AND strlen(id) <= 128`;
      return `
        SELECT * EXCLUDE (bits), ${hashOfBits} AS hash FROM (
        SELECT digest, ${id === undefined ? derivedId(mapping.source ?? 'import') : 'id'} AS id, player, type, ms, brand, json, ${hashBits} AS bits, ${hasCurrency ? counting : `'${noCurrency}'`} AS currency,
          local // 86400000 AS day, (local % 86400000) < 21600000 AS night, ${counted.map(({ name }) => name).join(', ')},
          coalesce(${rowFits} AND ${rowKeysFit} AND ${isPlain} AND ${idFits}, false) AS fast
        FROM (${judged(cells, more)}))`;
    },
    sumsOfRows: (rows) => `
      SELECT player, type, currency, brand, day, night, variant, count(*) AS events,
        ${sumOf(counted)}, min(ms) AS first_at, max(ms) AS last_at
      FROM ${rows} GROUP BY ALL`,
  };
}

const also = (columns: readonly string[]) => columns.map((column) => `, ${column}`).join('');

/** Neither blanks around it nor anything that has to be escaped. */
const plainText = (text: string) =>
  `regexp_full_match(${text}, '[!#-\\[\\]-~]([^"\\\\\\x00-\\x1f]*[!#-\\[\\]-~])?')`;

/** As `ingest/body-hash` has it: the first 64 bits, signed. */
const hashBits = (() => {
  const body = `'["' || type || '","' || player || '",' || ms || ',' || CASE WHEN brand IS NULL THEN 'null' ELSE '"' || brand || '"' END || ']' || json`;
  return `('0x' || substr(sha256(${body}), 1, 16))::UBIGINT`;
})();
const hashOfBits = `CASE WHEN bits < 9223372036854775808::UBIGINT THEN bits::BIGINT ELSE (bits::HUGEINT - 18446744073709551616::HUGEINT)::BIGINT END`;

/** As `cli/import/event-ids` has it, of the first of equal rows. */
const derivedId = (source: string) =>
  `${literal(`${source}:`)} || translate(to_base64(unhex(substr(digest, 1, 36))), '+/', '-_')`;

/** Canonical JSON: keys in the order of their UTF-16 units, which is that of `Array.sort`. */
function jsonSql(fields: readonly DataField[], currency: string | undefined): string {
  const all = [
    ...fields.map(({ name, present, json }) => ({ name, present, json })),
    ...(currency === undefined
      ? []
      : [{ name: 'currency', present: 'true', json: `'"' || ${currency} || '"'` }]),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = all.map(({ name, present, json }) => {
    const pair = `${literal(`${JSON.stringify(name)}:`)} || ${json}`;
    return present === 'true' ? pair : `CASE WHEN ${present} THEN ${pair} END`;
  });
  return parts.length === 0 ? `'{}'` : `'{' || concat_ws(',', ${parts.join(', ')}) || '}'`;
}

/** Which variant of a type a row is, for what is counted of some of them only: see `count-groups`. */
export const variants = { bonus: 1, live: 2, slots: 4, liveCasino: 8, cashedOut: 16 } as const;

function countedFields(types: readonly string[], fields: readonly DataField[]) {
  const of = (name: string) => fields.find((field) => field.name === name);
  const number = (name: string) => of(name)?.number ?? 'NULL::BIGINT';
  const scale = (name: string) => of(name)?.scale ?? 1;
  const marks: string[] = [];
  const mark = (forTypes: string[], name: string, value: string, bit: number) => {
    const field = of(name);
    if (field === undefined || !forTypes.some((type) => types.includes(type))) return;
    const condition = [
      ...(types.every((type) => forTypes.includes(type)) ? [] : [`type IN (${list(forTypes)})`]),
      `(${field.text}) = ${literal(value)}`,
    ];
    marks.push(`CASE WHEN ${all(condition)} THEN ${bit} ELSE 0 END`);
  };
  mark(['bet.placed', 'casino.round'], 'bonus', 'true', variants.bonus);
  mark(['bet.placed'], 'live', 'true', variants.live);
  mark(['casino.round'], 'gameType', 'slots', variants.slots);
  mark(['casino.round'], 'gameType', 'live', variants.liveCasino);
  mark(['bet.settled'], 'outcome', 'cashed_out', variants.cashedOut);
  return [
    { name: 'amount', sql: number('amount'), scale: scale('amount') },
    { name: 'stake', sql: number('stake'), scale: scale('stake') },
    { name: 'payout', sql: number('payout'), scale: scale('payout') },
    {
      name: 'rounds',
      sql: of('rounds') === undefined ? '1::BIGINT' : `coalesce(${number('rounds')}, 1)`,
      scale: 1,
    },
    { name: 'seconds', sql: number('durationSeconds'), scale: 1 },
    { name: 'variant', sql: marks.length === 0 ? '0' : marks.join(' + '), scale: 1 },
  ];
}

/** A sum of what no row has costs a pass all the same. */
const sumOf = (counted: readonly { name: string; sql: string; scale: number }[]) =>
  counted
    .filter(({ name }) => name !== 'variant')
    .map(({ name, sql, scale }) =>
      sql === 'NULL::BIGINT'
        ? `NULL::HUGEINT AS ${name}`
        : sql === '1::BIGINT'
          ? `count(*)::HUGEINT AS ${name}`
          : scale === 1
            ? `sum(${name}) AS ${name}`
            : `(sum(${name}) * ${scale})::HUGEINT AS ${name}`,
    )
    .join(', ');
