import { CRMBetError } from '../errors.ts';
import { abortable } from '../internal/sleep.ts';
import type { Session } from '../types.ts';
import type { Credential } from './credential.ts';

/** Asks the operator's own server for a session that it minted with `POST /v1/sessions`. */
export type FetchSession = () => Promise<Session>;

const refreshAt = 0.8;
/** A page whose clock is wrong must not mint a session for every call. */
const shortestLife = 30_000;

/**
 * Keeps a short-lived session: fetched when first needed, again at 80 % of its life, and once when the gateway says
 * `session_invalid`. Callers who come meanwhile wait for the one call in flight. A refresh that fails is no matter as
 * long as the session at hand still lives.
 */
export function sessionCredential(fetchSession: FetchSession, now: () => number = Date.now): Credential {
  let current: { token: string; refreshAfter: number; expiresAt: number } | undefined;
  let inFlight: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    const session = await read(fetchSession);
    const asked = now();
    const life = Math.max(Date.parse(session.expiresAt) - asked, shortestLife);
    current = { token: session.token, refreshAfter: asked + life * refreshAt, expiresAt: asked + life };
    return session.token;
  };

  return {
    async token(signal) {
      if (current !== undefined && now() < current.refreshAfter) return current.token;
      inFlight ??= renew().finally(() => {
        inFlight = undefined;
      });
      try {
        return await abortable(inFlight, signal);
      } catch (error) {
        if (current !== undefined && now() < current.expiresAt && !signal?.aborted) return current.token;
        throw error;
      }
    },
    refused(token, code) {
      if (code !== 'session_invalid') return false;
      // Another call may have renewed it meanwhile: that one is good, and stays.
      if (current?.token === token) current = undefined;
      return true;
    },
  };
}

async function read(fetchSession: FetchSession): Promise<Session> {
  let session: Session;
  try {
    session = await fetchSession();
  } catch (cause) {
    throw new CRMBetError('fetchSession failed, so there is no session to call with.', { cause });
  }
  if (typeof session?.token !== 'string' || Number.isNaN(Date.parse(session.expiresAt))) {
    throw new CRMBetError('fetchSession must give { token, expiresAt }, as POST /v1/sessions answers.');
  }
  return session;
}
