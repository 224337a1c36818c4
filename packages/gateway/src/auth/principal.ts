import type { Scope } from './scopes.ts';

/** Who is calling, once the credential has been checked. */
export type Principal = {
  tenantId: string;
  kind: 'secret' | 'publishable' | 'session';
  /** The id of the key, or the operator's own id of the member of staff. */
  subject: string;
  scopes: readonly Scope[];
  /** When a session ends; keys have no end until they are revoked. */
  expiresAt?: Date | undefined;
};
