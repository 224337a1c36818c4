import { hash } from 'node:crypto';
import type { CheckedEvent } from './event.ts';

/**
 * 64 bits of SHA-256 over what the event says. Two spellings of one instant, or of one set of fields, are the same body;
 * `replay` says how to treat the event, not what happened, and does not count.
 * @param json the canonical JSON of the event's data
 */
export function bodyHash(event: CheckedEvent, json: string): bigint {
  const body = `${JSON.stringify([event.type, event.player, event.at, event.brand])}${json}`;
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', body, 'hex').slice(0, 16)}`));
}
