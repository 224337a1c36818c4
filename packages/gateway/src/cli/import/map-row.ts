import { isObject } from '../../errors/is-object.ts';
import { ImportFailure } from './failure.ts';
import type { MappedField, Mapping } from './mapping.ts';
import { toMinorUnits } from './minor-units.ts';
import { timeReader } from './read-time.ts';
import type { Reject, Row } from './row.ts';

/** An event ready to be sent, as the text of its JSON. */
export type MappedRow = { line: number; raw: string; json: string } | { reject: Reject };

type Envelope = {
  id: string;
  type: string;
  player: string;
  time: string;
  brand?: string;
  data: Record<string, unknown>;
};

class Refusal extends Error {
  readonly code: string;
  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

/**
 * Makes what turns rows to events.
 *
 * @throws {ImportFailure} the mapping leaves out what every event needs
 */
export function rowMapper(mapping: Mapping, idOf: (content: string) => string): (row: Row) => MappedRow {
  const { player: playerColumn, time: timeColumn } = mapping;
  if (playerColumn === undefined)
    throw new ImportFailure('Say which column holds the player: --player COLUMN.');
  if (timeColumn === undefined) throw new ImportFailure('Say which column holds the time: --time COLUMN.');
  const typeOf = constantOr('type', mapping.type, mapping.typeColumn);
  if (typeOf === undefined)
    throw new ImportFailure('Say what the rows are: --type deposit.approved, or --type-column COLUMN.');
  const brandOf = constantOr('brand', mapping.brand, mapping.brandColumn);
  const money = moneyReader(mapping);
  const fields = Object.entries(mapping.set ?? {});
  const hasMoney =
    mapping.amount !== undefined ||
    fields.some(([, field]) => typeof field === 'object' && 'as' in field && field.as === 'money');
  if (hasMoney && money === undefined) {
    throw new ImportFailure(
      'Say in which currency the amounts are: --currency BRL, or --currency-column COLUMN.',
    );
  }
  const { timeFormat = 'iso' } = mapping;
  const readTime = timeReader(timeFormat, mapping.zone ?? 'UTC');

  const event = (row: Row): Envelope => {
    // Taken first: a row that is refused still counts among its equals, so mending it changes no other row's id.
    const id = mapping.id === undefined ? idOf(row.content) : required(row, mapping.id, 'id_missing');
    const timeText = required(row, timeColumn, 'time_missing');
    const time = readTime(timeText);
    if (time === undefined) {
      throw new Refusal(
        'time_invalid',
        `${JSON.stringify(timeText)} is not a time of the format ${timeFormat}.`,
      );
    }
    const brand = brandOf?.(row);
    const data: Record<string, unknown> = {};
    if (hasMoney && money !== undefined) data.currency = money.currencyOf(row);
    if (mapping.amount !== undefined && money !== undefined) {
      data.amount = money.amountOf(row, required(row, mapping.amount, 'amount_missing'));
    }
    for (const [target, field] of fields) {
      const value = cellOf(row, field, money);
      if (value !== undefined) put(data, target.split('.').slice(1), value);
    }
    return {
      id,
      type: typeOf(row) ?? missing('type_missing', mapping.typeColumn ?? 'type'),
      player: required(row, playerColumn, 'player_missing'),
      time,
      ...(brand === undefined ? {} : { brand }),
      data,
    };
  };

  return (row) => {
    const { line, raw } = row;
    try {
      return { line, raw, json: JSON.stringify(event(row)) };
    } catch (error) {
      if (error instanceof Refusal) return { reject: { line, code: error.code, reason: error.message, raw } };
      throw error;
    }
  };
}

type Money = { currencyOf(row: Row): string; amountOf(row: Row, text: string): number | string };

function moneyReader(mapping: Mapping): Money | undefined {
  const read = constantOr('currency', mapping.currency, mapping.currencyColumn);
  if (read === undefined) return undefined;
  const { amountUnit = 'major', decimal = '.' } = mapping;
  const currencyOf = (row: Row) => {
    const currency = read(row) ?? missing('currency_missing', mapping.currencyColumn ?? 'currency');
    if (!/^[A-Z]{3}$/.test(currency)) {
      throw new Refusal(
        'currency_invalid',
        `${JSON.stringify(currency)} is not an ISO 4217 code in capitals.`,
      );
    }
    return currency;
  };
  return {
    currencyOf,
    amountOf: (row, text) => {
      const minor = toMinorUnits(text, currencyOf(row), amountUnit, decimal);
      if ('code' in minor) throw new Refusal(minor.code, minor.reason);
      return minor.amount;
    },
  };
}

function constantOr(name: string, constant: string | undefined, column: string | undefined) {
  if (constant !== undefined && column !== undefined) {
    throw new ImportFailure(`Give either --${name} or --${name}-column, not both.`);
  }
  if (constant !== undefined) return () => constant;
  return column === undefined ? undefined : (row: Row) => textOf(row, column);
}

function cellOf(row: Row, field: MappedField, money: Money | undefined): unknown {
  if (typeof field === 'object' && 'value' in field) return field.value;
  const { column, as } = typeof field === 'string' ? { column: field, as: undefined } : field;
  const text = textOf(row, column);
  if (as === undefined && text === undefined) return undefined;
  if (as === undefined) return row.get(column);
  if (text === undefined || as === 'text') return text;
  if (as === 'money') return money?.amountOf(row, text);
  if (as === 'number') {
    const number = Number(text);
    return Number.isFinite(number) ? number : refuseValue(column, text, 'a number');
  }
  if (/^(true|yes|y|1)$/i.test(text)) return true;
  return /^(false|no|n|0)$/i.test(text) ? false : refuseValue(column, text, 'true or false');
}

function refuseValue(column: string, text: string, wanted: string): never {
  throw new Refusal(
    'value_invalid',
    `${JSON.stringify(text)} in ${JSON.stringify(column)} is not ${wanted}.`,
  );
}

/** The value as text; undefined where it is empty. A number of JSON is read as it was written, as far as a float holds it. */
function textOf(row: Row, column: string): string | undefined {
  const value = row.get(column);
  if (
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    String(value).replace(/\D/g, '').length > 15
  ) {
    throw new Refusal(
      'value_inexact',
      `The number in ${JSON.stringify(column)} is longer than JSON numbers are exact; write it as text.`,
    );
  }
  const text =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value).trim()
      : '';
  return text === '' ? undefined : text;
}

const required = (row: Row, column: string, code: string): string =>
  textOf(row, column) ?? missing(code, column);

function missing(code: string, column: string): never {
  throw new Refusal(code, `There is no value in ${JSON.stringify(column)}.`);
}

function put(target: Record<string, unknown>, keys: string[], value: unknown): void {
  const [key, ...rest] = keys;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = Object.hasOwn(target, key) ? target[key] : undefined;
  const next: Record<string, unknown> = isObject(inner) ? inner : {};
  target[key] = next;
  put(next, rest, value);
}
