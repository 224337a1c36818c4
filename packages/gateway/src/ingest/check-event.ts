import { z } from '@hono/zod-openapi';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ErrorCode } from '../errors/codes.ts';
import type { FieldError } from '../errors/crmbet-error.ts';
import { isExactDeep } from '../errors/is-exact.ts';
import { isObject } from '../errors/is-object.ts';
import { isShallow } from '../errors/is-shallow.ts';
import { isText, isTextDeep } from '../errors/is-text.ts';
import { canonicalJson } from './canonical-json.ts';
import type { CheckedEvent } from './event.ts';
import { builtInTypes, CustomType, envelope, eventData } from './event-types.ts';
import type { EventSource } from './source.ts';

/** The checker of the hot path: one compiled function a type, from the same schemas as the OpenAPI file. */

export type Refusal = { code: ErrorCode; errors: FieldError[] };
/** `json` is the canonical JSON of the event's data: made once, for the hash and for the store. */
export type Checked =
  | { ok: true; event: CheckedEvent; json: string }
  | { ok: false; id: string | null; refusal: Refusal };

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false });

const compile = (schema: z.ZodType): ValidateFunction => ajv.compile(z.toJSONSchema(schema, { io: 'input' }));

const checkers = new Map<string, ValidateFunction>(
  builtInTypes.map((type) => [
    type,
    compile(z.strictObject({ ...envelope, type: z.literal(type), data: eventData[type] })),
  ]),
);
const checkCustom = compile(
  z.strictObject({ ...envelope, type: CustomType, data: z.record(z.string(), z.unknown()) }),
);

/** Betting on the internet began in the nineties; what claims to be older is a mistake in the caller's clock or units. */
const earliestOfAll = Date.UTC(1990, 0, 1);
/** How far a caller's clock may run ahead of ours. */
const aheadMs = 24 * 3_600_000;
/** How far back a browser may report: its key is public, and must not write history or open old partitions. */
const browserDays = 7;
/** The last instant of a year of four digits, beyond which a time has no RFC 3339 spelling in UTC. */
const latestEnd = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const maxDataBytes = 32 * 1024;
const maxDataDepth = 16;

type Envelope = {
  id: string;
  type: string;
  player: string;
  time: string;
  brand?: string;
  data: Record<string, unknown>;
  replay?: boolean;
};

/** What an event is checked against besides itself. Instants are milliseconds since 1970. */
export type CheckContext = {
  now: number;
  /** The first instant that is still taken (see retention/horizon). */
  earliest?: number;
  /** Who sent it: browsers may not report what is long past. */
  source?: EventSource;
};

export function checkEvent(
  raw: unknown,
  { now, earliest = earliestOfAll, source = 'server' }: CheckContext,
): Checked {
  const type = isObject(raw) && typeof raw.type === 'string' ? raw.type : '';
  const check = checkers.get(type) ?? checkCustom;
  if (!isEnvelope(raw, check)) return refuse(raw, (check.errors ?? []).map(toFieldError));
  const at = Date.parse(raw.time);
  const early =
    timeProblem(raw.time, at, now, source) ??
    endProblem(raw) ??
    valueProblem(raw.data, check === checkCustom);
  if (early !== undefined) return refuse(raw, [early]);
  if (at < earliest) return refuse(raw, [tooLate(earliest)], 'event_too_late');
  const json = canonicalJson(raw.data);
  const problem = textProblem(raw, json);
  if (problem !== undefined) return refuse(raw, [problem]);
  return {
    ok: true,
    json,
    event: {
      id: raw.id,
      source,
      type: raw.type,
      player: raw.player,
      at,
      brand: raw.brand ?? null,
      data: raw.data,
      replay: raw.replay ?? false,
    },
  };
}

const isEnvelope = (raw: unknown, check: ValidateFunction): raw is Envelope => check(raw);

const tooLate = (earliest: number): FieldError => ({
  pointer: '/time',
  detail: `lies before ${new Date(earliest).toISOString().slice(0, 10)}, the earliest day that is taken`,
});

function timeProblem(time: string, at: number, now: number, source: EventSource): FieldError | undefined {
  if (Number.isNaN(at) || !isCalendarDay(time))
    return { pointer: '/time', detail: 'is not a time that exists' };
  if (at < earliestOfAll) return { pointer: '/time', detail: 'lies before 1990' };
  if (at > now + aheadMs) return { pointer: '/time', detail: 'lies more than a day in the future' };
  if (source === 'browser' && at < now - browserDays * 86_400_000)
    return { pointer: '/time', detail: `lies more than ${browserDays} days back, which needs an sk_ key` };
  return undefined;
}

/** A restriction that ends at a time that does not exist could not be written, and would take its batch with it. */
function endProblem({ type, data }: Envelope): FieldError | undefined {
  if (type !== 'restriction.set' || typeof data.endsAt !== 'string') return undefined;
  const at = Date.parse(data.endsAt);
  if (Number.isNaN(at) || !isCalendarDay(data.endsAt))
    return { pointer: '/data/endsAt', detail: 'is not a time that exists' };
  if (at < earliestOfAll) return { pointer: '/data/endsAt', detail: 'lies before 1990' };
  return at > latestEnd ? { pointer: '/data/endsAt', detail: 'lies beyond the year 9999 in UTC' } : undefined;
}

/** Date.parse turns 30 February into 2 March; we do not guess. */
function isCalendarDay(time: string): boolean {
  const day = Number(time.slice(8, 10));
  return day <= 28 || new Date(`${time.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
}

/** Depth before anything walks the data to its end; digits, which only the data of a custom event can have lost. */
function valueProblem(data: unknown, isCustom: boolean): FieldError | undefined {
  if (!isShallow(data, maxDataDepth))
    return { pointer: '/data', detail: `is nested more than ${maxDataDepth} deep` };
  if (!isCustom || isExactDeep(data)) return undefined;
  return {
    pointer: '/data',
    detail: 'holds a number beyond 2^53, which would lose digits: send it as a string',
  };
}

/** What PostgreSQL cannot keep in text: NUL and half of a surrogate pair. One such value would fail a whole write. */
function textProblem(event: Envelope, json: string): FieldError | undefined {
  for (const field of ['id', 'player', 'brand'] as const) {
    if (!isText(event[field] ?? ''))
      return { pointer: `/${field}`, detail: 'holds a character that is not text' };
  }
  if (json.length > maxDataBytes)
    return { pointer: '/data', detail: `is larger than ${maxDataBytes} characters` };
  // Both show as an escape in JSON; the walk is only for the few that show one.
  if (/\\u(0000|d[89a-f])/.test(json) && !isTextDeep(event.data)) {
    return { pointer: '/data', detail: 'holds a character that is not text' };
  }
  return undefined;
}

function refuse(raw: unknown, errors: FieldError[], code: ErrorCode = 'event_invalid'): Checked {
  const id = isObject(raw) && typeof raw.id === 'string' && raw.id.length <= 128 ? raw.id : null;
  return { ok: false, id, refusal: { code, errors: strongest(errors) } };
}

/** One error a place: alternatives of one value all fail together, and the sentence of the whole is the useful one. */
function strongest(errors: FieldError[]): FieldError[] {
  const byPointer = new Map<string, FieldError>();
  for (const error of errors) byPointer.set(error.pointer, error);
  return [...byPointer.values()].slice(0, 10);
}

function toFieldError(error: ErrorObject): FieldError {
  const named = error.params.additionalProperty ?? error.params.missingProperty;
  const pointer =
    typeof named === 'string' ? `${error.instancePath}/${escapePointer(named)}` : error.instancePath;
  return { pointer, detail: sentence(error) };
}

function sentence(error: ErrorObject): string {
  if (error.keyword === 'additionalProperties') return 'is not a field of this event';
  if (error.keyword === 'required') return 'is missing';
  const hint: unknown = isObject(error.parentSchema) ? error.parentSchema.hint : undefined;
  if (typeof hint === 'string') return `must be ${hint}`;
  return error.message ?? 'is not valid';
}

const escapePointer = (part: string) => part.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
