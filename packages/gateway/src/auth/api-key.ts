import { createHash, randomBytes } from 'node:crypto';

export type KeyKind = 'secret' | 'publishable';

const prefixOf: Record<KeyKind, string> = { secret: 'sk_', publishable: 'pk_' };

/** 256 random bits behind a prefix that says what the key is for. */
export const newKey = (kind: KeyKind): string => `${prefixOf[kind]}${randomBytes(32).toString('base64url')}`;

export const keyKindOf = (credential: string): KeyKind | undefined =>
  credential.startsWith('sk_') ? 'secret' : credential.startsWith('pk_') ? 'publishable' : undefined;

/**
 * What the database keeps of a key. The key is random and long, so one round of SHA-256 cannot be turned around, and a
 * look-up by the hash compares nothing of the key byte by byte.
 */
export const hashKey = (key: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(key, 'utf8').digest());
