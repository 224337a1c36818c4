import type { components } from '../internal/schema.gen.ts';

/** Events as they are sent: a built-in `type` types its `data`; any other type is a custom event. */

type Schemas = components['schemas'];
type BuiltIn = Extract<
  Schemas[keyof Schemas],
  { id: string; player: string; type: string; data: object; replay?: boolean }
>;
type ByType = { [E in BuiltIn as string extends E['type'] ? never : E['type']]: E['data'] };

/** The names of the events whose data is typed, such as `deposit.approved`. */
export type BuiltInEventType = keyof ByType;

/** What `data` holds for a type. */
export type EventData<T extends string> = T extends BuiltInEventType ? ByType[T] : Record<string, unknown>;

/**
 * One event. Money in `data` is whole minor units (a safe integer, or digits in a string); `time` is RFC 3339 with
 * a zone.
 */
export type CRMBetEvent<T extends string = string> = {
  /** Unique in the tenant for ever: sent again, it counts once. */
  id: string;
  type: T;
  /** The operator's own id of the player. */
  player: string;
  time: string;
  brand?: string;
  data: EventData<T>;
  /** Writes state without triggering any action. */
  replay?: boolean;
};

/** An event for the queue, which fixes its `id` and `time` now where they are left out. */
export type CapturedEvent<T extends string = string> = Omit<CRMBetEvent<T>, 'id' | 'time'> & {
  id?: string;
  time?: string;
};
