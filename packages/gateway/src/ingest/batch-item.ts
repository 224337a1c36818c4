import type { CheckedEvent } from './event.ts';
import type { LocalClock } from './local-clock.ts';

/** `json` is the event's data as it is stored. */
export type BatchItem = { playerId: string; event: CheckedEvent; json: string; hash: bigint };

/** `unstorable`: the database refused the values of this one event (a sum beyond 64 bits). */
export type ItemStatus = 'accepted' | 'duplicate' | 'conflict' | 'unstorable';

export type BatchTenant = { id: string; clock: LocalClock };
