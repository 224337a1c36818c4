import { z } from '@hono/zod-openapi';
import { type BuiltInType, builtInTypes, CustomType, envelope, eventData } from './event-types.ts';
import type { EventSource } from './source.ts';

/** The wire shape of one event, as the OpenAPI file describes it and as the checker enforces it. */

const pascal = (type: string) =>
  type
    .split(/[._]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const typed = (type: BuiltInType) =>
  z
    .strictObject({ ...envelope, type: z.literal(type), data: eventData[type] })
    .openapi(`${pascal(type)}Event`);

export const CustomEvent = z
  .strictObject({ ...envelope, type: CustomType, data: z.record(z.string(), z.unknown()) })
  .openapi('CustomEvent');

const [first, ...rest] = builtInTypes;
if (first === undefined) throw new Error('no built-in event types');

export const Event = z
  .union([typed(first), ...rest.map(typed), CustomEvent])
  .openapi('Event', { description: 'A built-in event with typed data, or a custom one' });

/** What the rest of the gateway works with: checked, the time as an instant, money as digits or safe integers. */
export type CheckedEvent = {
  id: string;
  /** Which space of ids it belongs to. */
  source: EventSource;
  type: string;
  /** The operator's own id. */
  player: string;
  /** Milliseconds since 1970 in UTC. */
  at: number;
  brand: string | null;
  data: Record<string, unknown>;
  replay: boolean;
};
