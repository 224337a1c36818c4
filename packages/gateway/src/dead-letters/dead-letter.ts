import type { ErrorCode } from '../errors/codes.ts';
import type { FieldError } from '../errors/crmbet-error.ts';
import type { EventSource } from '../ingest/source.ts';

/** How an event can come in. */
export const deadLetterChannels = ['api', 'ndjson', 'kafka', 'rabbitmq', 'import'] as const;
export type DeadLetterChannel = (typeof deadLetterChannels)[number];

export const deadLetterKinds = ['rejected', 'conflict'] as const;
export type DeadLetterKind = (typeof deadLetterKinds)[number];

type Letter = {
  /** The item as it came: any JSON value, of any size and depth; the text itself where it is no JSON. */
  raw: unknown;
  source: EventSource;
  channel: DeadLetterChannel;
  code: ErrorCode;
  errors: readonly FieldError[];
  /** Whether its batch said `replay`: it is sent again the same way. */
  replay: boolean;
  receivedAt: Date;
};

/** An item that was not stored, and why. A conflict also names its place in the ledger of ids, and the hash of its own body. */
export type DeadLetter = Letter &
  ({ kind: 'rejected' } | { kind: 'conflict'; playerId: string; hash: bigint });

/**
 * Where events go that cannot be stored. Called before the answer is sent and only when there is something to keep. Rejects when
 * the store is away: then the request fails and is sent again, and what was good in it is a duplicate. The same letter twice is one.
 */
export type DeadLetters = { keep(tenantId: string, letters: readonly DeadLetter[]): Promise<void> };
