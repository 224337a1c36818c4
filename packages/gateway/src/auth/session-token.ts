import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { sessionScopes } from './scopes.ts';

/** Widget sessions: short HS256 tokens under a secret of the tenant, which stands in `kid`. */

const issuer = 'crmbet';
const audience = 'crmbet-widgets';
export const sessionSeconds = 600;

const Claims = z.object({
  sub: z.string().min(1).max(128),
  origin: z.string(),
  scopes: z.array(z.enum(sessionScopes)),
});

export type SessionClaims = z.infer<typeof Claims>;

export async function signSession(
  tenant: { id: string; sessionSecret: Uint8Array },
  claims: SessionClaims,
  now: Date,
) {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expiresAt = issuedAt + sessionSeconds;
  const token = await new SignJWT({ origin: claims.origin, scopes: claims.scopes })
    .setProtectedHeader({ alg: 'HS256', kid: tenant.id })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.sub)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(tenant.sessionSecret);
  return { token, expiresAt: new Date(expiresAt * 1000) };
}

/** The tenant that a token says it belongs to; undefined for what is no token, or not in its one canonical spelling. */
export function tenantOfToken(token: string): string | undefined {
  const parts = token.split('.');
  // jose accepts stray trailing bits: two spellings of one token would slip past any list of tokens.
  const canonical =
    parts.length === 3 &&
    parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
  if (!canonical) return undefined;
  try {
    const { kid } = decodeProtectedHeader(token);
    return z.uuid().safeParse(kid).data;
  } catch {
    return undefined;
  }
}

/** The claims, or undefined when the signature, time, issuer or audience is wrong. */
export async function verifySession(
  token: string,
  secret: Uint8Array,
  now: Date,
): Promise<(SessionClaims & { expiresAt: Date }) | undefined> {
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer,
      audience,
      currentDate: now,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    const claims = Claims.safeParse(payload).data;
    if (claims === undefined || payload.exp === undefined) return undefined;
    return { ...claims, expiresAt: new Date(payload.exp * 1000) };
  } catch {
    return undefined;
  }
}
