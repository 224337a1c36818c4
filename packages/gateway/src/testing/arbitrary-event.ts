import fc from 'fast-check';
import { z } from 'zod';
import { type BuiltInType, builtInTypes, eventData } from '../ingest/event-types.ts';

/** Any value that a schema lets through, made from the schema itself: what the contract allows, no more and no less. */

const Schema = z.object({
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  anyOf: z.array(z.unknown()).optional(),
});

/** Text that PostgreSQL can keep, of the lengths that the schema names. */
const text = (minLength: number, maxLength: number) =>
  fc
    .string({
      minLength,
      maxLength: Math.min(maxLength, 40),
      unit: fc.constantFrom(...'abcXYZ09 -_./é漢🎲"\'\\%{}$'),
    })
    .filter(
      // The schemas count UTF-16 units or code points alike in these bounds.
      (value) => value.length <= maxLength,
    );

/** An RFC 3339 time with any zone and precision, between two instants. */
export const anyTime = (from = Date.UTC(1990, 0, 2), to = Date.now()): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.integer({ min: from, max: to }),
      fc.integer({ min: -14 * 4, max: 14 * 4 }),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([ms, quarters, digits]) => {
      if (quarters === 0) return new Date(ms).toISOString();
      const local = new Date(ms + quarters * 900_000).toISOString().slice(0, -1);
      const minutes = Math.abs(quarters) * 15;
      const two = (n: number) => String(n).padStart(2, '0');
      const cut = digits === 0 ? local.slice(0, 19) : local.slice(0, 20 + digits);
      return `${cut}${quarters < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    });

function fromSchema(raw: unknown): fc.Arbitrary<unknown> {
  const schema = Schema.parse(raw);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(fromSchema));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer') return fc.integer(bounds(schema.minimum, schema.maximum));
  if (schema.type === 'string') {
    if (schema.pattern?.includes('[Tt]')) return anyTime();
    if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
    return text(schema.minLength ?? 0, schema.maxLength ?? 40);
  }
  if (schema.type === 'object') {
    const fields = Object.entries(schema.properties ?? {}).map(
      ([name, of]) => [name, fromSchema(of)] as const,
    );
    return fc.record(Object.fromEntries(fields), {
      requiredKeys: schema.required,
      noNullPrototype: true,
    });
  }
  throw new Error(`no values for ${JSON.stringify(raw)}`);
}

const bounds = (min = 0, max = Number.MAX_SAFE_INTEGER) => ({ min, max });

const dataOf = new Map<BuiltInType, fc.Arbitrary<unknown>>(
  builtInTypes.map((type) => [type, fromSchema(z.toJSONSchema(eventData[type], { io: 'input' }))]),
);

export type WireEvent = {
  id: string;
  type: string;
  player: string;
  time: string;
  brand?: string;
  data: unknown;
};

/** An event of a built-in type, or of the types given, with any data that its schema allows. */
export const anyEvent = (
  types: readonly BuiltInType[] = builtInTypes,
  time: fc.Arbitrary<string> = anyTime(),
): fc.Arbitrary<WireEvent> =>
  fc.constantFrom(...types).chain((type) =>
    fc.record(
      {
        id: text(1, 128),
        type: fc.constant(type),
        player: text(1, 128).filter((id) => id !== '.' && id !== '..'),
        time,
        brand: text(1, 64),
        replay: fc.boolean(),
        data: dataOf.get(type) ?? fc.constant({}),
      },
      { requiredKeys: ['id', 'type', 'player', 'time', 'data'], noNullPrototype: true },
    ),
  );
