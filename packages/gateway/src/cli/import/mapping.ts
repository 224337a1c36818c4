import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ImportFailure } from './failure.ts';
import { unreadable } from './read-lines.ts';

const column = z.string().min(1);
const word = z.string().min(1);

const Field = z.union(
  [
    column,
    z.strictObject({ column, as: z.enum(['text', 'number', 'boolean', 'money']).optional() }),
    z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
  ],
  'not a column, { column, as } or { value }',
);

/** How the columns of a file become an event. The flags of the command have the same names. */
export const Mapping = z.strictObject({
  format: z.enum(['csv', 'ndjson']).optional(),
  /** One character, `tab`, or `whitespace`. */
  delimiter: z.string().min(1).optional(),
  /** Of a file without a header. */
  columns: z.array(column).min(1).optional(),
  type: word.optional(),
  typeColumn: column.optional(),
  player: column.optional(),
  time: column.optional(),
  timeFormat: word.optional(),
  zone: word.optional(),
  id: column.optional(),
  amount: column.optional(),
  amountUnit: z.enum(['major', 'minor']).optional(),
  decimal: z.enum(['.', ',']).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'not an ISO 4217 code in capitals, such as BRL')
    .optional(),
  currencyColumn: column.optional(),
  brand: word.max(64).optional(),
  brandColumn: column.optional(),
  source: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'not up to 64 letters, digits, dots and dashes')
    .optional(),
  set: z
    .record(z.string().regex(/^data(\.[A-Za-z][A-Za-z0-9_]*)+$/, 'not a field such as data.method'), Field)
    .optional(),
});

export type Mapping = z.infer<typeof Mapping>;
export type MappedField = z.infer<typeof Field>;

/** @throws {ImportFailure} it cannot be read, or is not as described; the message says where */
export async function readMapping(file: string): Promise<Mapping> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ImportFailure(`The mapping ${file} is not JSON.`);
  }
  return checkMapping(value, `The mapping ${file}`);
}

export function checkMapping(value: unknown, name: string): Mapping {
  const checked = Mapping.safeParse(value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map((issue) => {
    const message =
      issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    return `${issue.path.join('.') || 'the whole'}: ${message}`;
  });
  throw new ImportFailure(`${name} is not right. ${issues.join('; ')}.`);
}

/** Whether lines are to be turned into events, as against being events already. */
export const maps = (mapping: Mapping): boolean =>
  [mapping.type, mapping.typeColumn, mapping.player, mapping.time, mapping.amount, mapping.set].some(
    (part) => part !== undefined,
  );

/** The names of the columns that the mapping reads. */
export function columnsOf(mapping: Mapping): string[] {
  const fields = Object.values(mapping.set ?? {}).map((field) =>
    typeof field === 'string' ? field : 'column' in field ? field.column : undefined,
  );
  const { typeColumn, player, time, id, amount, currencyColumn, brandColumn } = mapping;
  return [typeColumn, player, time, id, amount, currencyColumn, brandColumn, ...fields].filter(
    (name) => name !== undefined,
  );
}
