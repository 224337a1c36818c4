import { createHmac } from 'node:crypto';

/**
 * The uuid of a player: the first 128 bits of HMAC-SHA-256(tenant's secret, external id). No look-up and no
 * sequence, the same on every gateway, and already a keyed hash when the player's own data is erased.
 */
export function derivePlayerId(secret: Uint8Array, externalId: string): string {
  const hex = createHmac('sha256', secret).update(externalId, 'utf8').digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
