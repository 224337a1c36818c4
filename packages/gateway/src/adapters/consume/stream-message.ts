import type { ErrorCode } from '../../errors/codes.ts';
import type { FieldError } from '../../errors/crmbet-error.ts';

/** A message of a broker, as far as it matters here. */
export type StreamMessage = {
  body: Uint8Array;
  /** As its sender declared it, if at all. */
  contentType: string | undefined;
  contentEncoding: string | undefined;
};

/** One event of a message, not checked yet. */
export type StreamEvent = { kind: 'event'; event: unknown; replay: boolean };

/** What cannot even be read as an event: the text of it, and why. */
export type Unreadable = {
  kind: 'unreadable';
  raw: unknown;
  code: ErrorCode;
  errors: FieldError[];
  replay: boolean;
};

export type StreamItem = StreamEvent | Unreadable;
