import { z } from 'zod';
import type { Mapping } from '../cli/import/mapping.ts';
import { type BuiltInType, builtInTypes, eventData } from '../ingest/event-types.ts';
import { type MoneyCurrency, moneyCast, moneySql } from './money-sql.ts';
import { all, literal } from './sql-text.ts';

/**
 * One field of `data`, as SQL over the cells of a row. `valid` is sound, not complete: where it holds, the exact path makes the
 * same value of the row; where it does not, the exact path has to say.
 */
export type DataField = {
  name: string;
  /** The row says something of it. */
  present: string;
  required: boolean;
  /** Its canonical JSON. */
  json: string;
  /** As a number; `NULL` where it is none. Times `scale` it is whole. */
  number: string;
  scale: number;
  /** As it stands in the cell. */
  text: string;
  /** Texts of people, which have to be looked at before they stand in JSON. */
  probe: string | undefined;
  /** That it is a value which the schema takes. */
  valid(schema: PropertySchema | undefined): string;
};

/** A cell as text, NULL where empty, and what it is in JSON where the file has JSON. */
export type Cell = { text: string; json: string | undefined };

const PropertySchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  anyOf: z.array(z.unknown()).optional(),
});
export type PropertySchema = z.infer<typeof PropertySchema>;

const TypeSchema = z.object({
  properties: z.record(z.string(), PropertySchema),
  required: z.array(z.string()).default([]),
});
type TypeSchema = z.infer<typeof TypeSchema>;

/** These change more than counters and moments, and are left to the exact path: profiles and restrictions. */
const exactOnly = new Set<BuiltInType>([
  'player.registered',
  'player.updated',
  'restriction.set',
  'restriction.lifted',
]);

/** The schemas of the types that SQL may judge. */
const schemas: ReadonlyMap<string, TypeSchema> = new Map(
  builtInTypes
    .filter((type) => !exactOnly.has(type))
    .map((type) => [type, TypeSchema.parse(z.toJSONSchema(eventData[type], { io: 'input' }))]),
);

const isBuiltIn: ReadonlySet<string> = new Set(builtInTypes);

export type Money = { currency: MoneyCurrency; unit: 'major' | 'minor'; decimal: '.' | ',' };

/** Columns that are read of cells once and then used by their names; `second` of them go by those of `first`. */
export type Derived = { first: string[]; second: string[] };

/** Undefined: the mapping makes fields that SQL is not to judge (nested ones, or one twice). */
export function dataFieldsOf(
  mapping: Mapping,
  cellOf: (column: string) => Cell,
  money: Money | undefined,
): { fields: DataField[]; derived: Derived } | undefined {
  const fields: DataField[] = [];
  const derived: Derived = { first: [], second: [] };
  const moneyOf = (name: string, cell: Cell, { currency, unit, decimal }: Money): DataField => {
    const number = derived.first.length;
    const { value, scale } = moneySql(cell.text, `d${number}`, currency, unit, decimal);
    derived.first.push(`${moneyCast(cell.text, currency, unit, decimal)} AS d${number}`);
    derived.second.push(`${value} AS m${number}`);
    return moneyField(name, cell, `m${number}`, scale);
  };
  if (mapping.amount !== undefined && money !== undefined)
    fields.push({ ...moneyOf('amount', cellOf(mapping.amount), money), required: true });
  for (const [target, field] of Object.entries(mapping.set ?? {})) {
    const [, name = '', ...deeper] = target.split('.');
    if (deeper.length > 0 || name === 'currency' || fields.some((other) => other.name === name))
      return undefined;
    if (typeof field === 'object' && 'value' in field) {
      fields.push(constantField(name, field.value));
      continue;
    }
    const { column, as } = typeof field === 'string' ? { column: field, as: undefined } : field;
    const cell = cellOf(column);
    if (as === 'money') {
      if (money === undefined) return undefined;
      fields.push(moneyOf(name, cell, money));
    } else if (as === 'number') fields.push(numberField(name, cell));
    else if (as === 'boolean') fields.push(booleanField(name, cell));
    else fields.push(textField(name, as === undefined ? cell : { ...cell, json: undefined }, as === 'text'));
  }
  return { fields, derived };
}

const isPresent = ({ text }: Cell) => `${text} IS NOT NULL`;

/** @param value the name of the amount, which times `scale` is in minor units; NULL where it is none */
function moneyField(name: string, cell: Cell, value: string, scale: number): DataField {
  const minor = scale === 1 ? value : `(${value} * ${scale})::BIGINT`;
  return {
    name,
    present: isPresent(cell),
    required: false,
    // What a float would round is written as digits.
    json: `CASE WHEN ${minor} <= ${Number.MAX_SAFE_INTEGER} THEN ${minor}::BIGINT::VARCHAR ELSE '"' || ${minor}::BIGINT::VARCHAR || '"' END`,
    number: value,
    scale,
    text: 'NULL',
    probe: undefined,
    valid: (schema) =>
      schema === undefined || schema.anyOf !== undefined ? `${value} IS NOT NULL` : 'false',
  };
}

const whole = (text: string) => `(TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text} AND strlen(${text}) <= 15)`;
/** At most 15 digits, and none that JavaScript would write otherwise. */
const decimal = (text: string) => `regexp_full_match(${text}, '-?(0|[1-9][0-9]{0,8})\\.[0-9]{0,5}[1-9]')`;

function numberField(name: string, cell: Cell): DataField {
  const { text } = cell;
  return {
    name,
    present: isPresent(cell),
    required: false,
    json: text,
    number: `TRY_CAST(${text} AS BIGINT)`,
    scale: 1,
    text,
    probe: undefined,
    valid: (schema) => {
      if (schema === undefined) return `${whole(text)} OR ${decimal(text)}`;
      return isWhole(schema) ? inBounds(text, boundsOf(schema)) : 'false';
    },
  };
}

const isWhole = (schema: PropertySchema) => schema.type === 'integer' || schema.anyOf !== undefined;
const boundsOf = ({ type, minimum, maximum }: PropertySchema) =>
  type === 'integer' ? { minimum, maximum } : { minimum: 0, maximum: undefined };
const inBounds = (
  text: string,
  { minimum, maximum }: { minimum?: number | undefined; maximum?: number | undefined },
) =>
  all([
    whole(text),
    ...(minimum === undefined ? [] : [`TRY_CAST(${text} AS BIGINT) >= ${minimum}`]),
    ...(maximum === undefined ? [] : [`TRY_CAST(${text} AS BIGINT) <= ${maximum}`]),
  ]);

function booleanField(name: string, cell: Cell): DataField {
  const { text } = cell;
  const isTrue = `lower(${text}) IN ('true', 'yes', 'y', '1')`;
  return {
    name,
    present: isPresent(cell),
    required: false,
    json: `CASE WHEN ${isTrue} THEN 'true' ELSE 'false' END`,
    number: 'NULL::BIGINT',
    scale: 1,
    text: `CASE WHEN ${isTrue} THEN 'true' ELSE 'false' END`,
    probe: undefined,
    valid: (schema) =>
      schema === undefined || schema.type === 'boolean'
        ? `${isTrue} OR lower(${text}) IN ('false', 'no', 'n', '0')`
        : 'false',
  };
}

/** The first character is one that no trimming takes away; so is the last, where the value is trimmed. */
export const starts = (text: string) => `${text} >= '!' AND ${text} < chr(127)`;
export const ends = (text: string) => `ascii(right(${text}, 1)) BETWEEN 33 AND 126`;

function textField(name: string, cell: Cell, trimmed: boolean): DataField {
  const { text, json } = cell;
  const sane = trimmed ? `${starts(text)} AND ${ends(text)}` : starts(text);
  const asText = (schema: PropertySchema | undefined): string => {
    if (schema === undefined) return sane;
    if (schema.enum !== undefined) return `${text} IN (${schema.enum.map(literal).join(', ')})`;
    // An amount as digits.
    if (schema.anyOf !== undefined) return `regexp_full_match(${text}, '[0-9]{1,18}')`;
    if (schema.type !== 'string') return 'false';
    return all([
      sane,
      // Bytes are at least as many as characters.
      ...(schema.maxLength === undefined ? [] : [`strlen(${text}) <= ${schema.maxLength}`]),
      ...(schema.minLength !== undefined && schema.minLength > 1
        ? [`length(${text}) >= ${schema.minLength}`]
        : []),
      ...(schema.pattern === undefined
        ? []
        : [`regexp_full_match(${text}, ${literal(unanchored(schema.pattern))})`]),
    ]);
  };
  const asJson = (schema: PropertySchema | undefined, of: string): string => {
    const isText = `starts_with(${of}, '"')`;
    if (schema === undefined) return `(NOT ${isText}) OR (${sane})`;
    if (schema.type === 'boolean') return `${of} IN ('true', 'false')`;
    if (schema.type === 'integer') return `NOT ${isText} AND (${inBounds(text, boundsOf(schema))})`;
    if (schema.anyOf !== undefined)
      return `CASE WHEN ${isText} THEN ${asText(schema)} ELSE ${inBounds(text, boundsOf(schema))} END`;
    return `${isText} AND (${asText(schema)})`;
  };
  return {
    name,
    present: isPresent(cell),
    required: false,
    json: json ?? `'"' || ${text} || '"'`,
    number: `TRY_CAST(${text} AS BIGINT)`,
    scale: 1,
    text,
    probe: text,
    valid: (schema) => (json === undefined ? asText(schema) : asJson(schema, json)),
  };
}

/** RE2 matches the whole where we ask for it; it knows neither of the two anchors' reasons. */
const unanchored = (pattern: string) => pattern.replace(/^\^/, '').replace(/\$$/, '');

function constantField(name: string, value: string | number | boolean): DataField {
  const text = String(value);
  return {
    name,
    present: 'true',
    required: false,
    json: literal(JSON.stringify(value)),
    number: typeof value === 'boolean' || !/^\d{1,15}$/.test(text) ? 'NULL::BIGINT' : `${text}::BIGINT`,
    scale: 1,
    text: literal(text),
    probe: undefined,
    valid: (schema) => String(schema === undefined ? isPlainConstant(value) : fits(schema, value)),
  };
}

const isPlainConstant = (value: string | number | boolean) =>
  typeof value === 'number' ? Number.isSafeInteger(value) : true;

function fits(schema: PropertySchema, value: string | number | boolean): boolean {
  if (schema.enum !== undefined) return typeof value === 'string' && schema.enum.includes(value);
  if (schema.anyOf !== undefined)
    return typeof value === 'number'
      ? Number.isSafeInteger(value) && value >= 0
      : typeof value === 'string' && /^\d{1,18}$/.test(value);
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (schema.type === 'integer')
    return (
      typeof value === 'number' &&
      Number.isSafeInteger(value) &&
      value >= (schema.minimum ?? value) &&
      value <= (schema.maximum ?? value)
    );
  if (schema.type !== 'string' || typeof value !== 'string') return false;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  // Fewer UTF-16 units than the limit allows are fewer characters too.
  return (
    [...value].length >= minLength &&
    value.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern).test(value))
  );
}

/** Whether the data of a row is what its type asks for: an SQL condition over `type`. */
export function validDataSql(
  type: string,
  fields: readonly DataField[],
  hasCurrency: boolean,
  constant: string | undefined,
) {
  if (constant !== undefined) return validFor(constant, fields, hasCurrency);
  const cases = builtInTypes.map(
    (candidate) => `WHEN ${literal(candidate)} THEN ${validFor(candidate, fields, hasCurrency)}`,
  );
  const own = `${isOwnType(type)} AND ${validFor('', fields, hasCurrency)}`;
  // The types of most rows of most files first: each is compared with the ones before it.
  const sorted = cases.toSorted((x, y) => Number(isCommon(y)) - Number(isCommon(x)));
  return `CASE ${type} ${sorted.join('\n    ')} ELSE ${own} END`;
}

const isCommon = (line: string) => /'(casino\.round|bet\.placed|bet\.settled)'/.test(line);

/** The name of a type of the operator's own, for one that is not built in. */
export const isOwnType = (type: string) =>
  `regexp_full_match(${type}, '[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*') AND strlen(${type}) <= 64`;

/** The types that a file of many types may hold and SQL may judge under these fields. */
export const judgedTypes = (fields: readonly DataField[], hasCurrency: boolean): string[] =>
  [...schemas.keys()].filter((type) => validFor(type, fields, hasCurrency) !== 'false');

function validFor(type: string, fields: readonly DataField[], hasCurrency: boolean): string {
  const schema = schemas.get(type);
  if (schema === undefined) {
    // A type of the operator's own: any data will do.
    if (isBuiltIn.has(type)) return 'false';
    return all(fields.map((field) => presence(field, field.valid(undefined))));
  }
  const names = new Set([...fields.map(({ name }) => name), ...(hasCurrency ? ['currency'] : [])]);
  if (schema.required.some((required) => !names.has(required))) return 'false';
  if (hasCurrency && schema.properties.currency === undefined) return 'false';
  const conditions: string[] = [];
  for (const field of fields) {
    const property = schema.properties[field.name];
    if (property === undefined) {
      if (field.present === 'true' || field.required) return 'false';
      conditions.push(`NOT (${field.present})`);
      continue;
    }
    const valid = field.valid(property);
    const required = field.required || schema.required.includes(field.name);
    if (valid === 'false') {
      if (required || field.present === 'true') return 'false';
      conditions.push(`NOT (${field.present})`);
      continue;
    }
    conditions.push(presence({ ...field, required }, valid));
  }
  return all(conditions.filter((condition) => condition !== 'true'));
}

function presence(field: Pick<DataField, 'present' | 'required'>, valid: string): string {
  if (field.present === 'true') return valid;
  return field.required ? `${field.present} AND (${valid})` : `NOT (${field.present}) OR (${valid})`;
}
