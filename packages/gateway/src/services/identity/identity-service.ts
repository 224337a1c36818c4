import { and, eq, isNull } from 'drizzle-orm';
import { hashKey, keyKindOf } from '../../auth/api-key.ts';
import type { Principal } from '../../auth/principal.ts';
import { publishableScopes, scopes } from '../../auth/scopes.ts';
import { tenantOfToken, verifySession } from '../../auth/session-token.ts';
import type { Database } from '../../db/database.ts';
import { apiKeys } from '../../db/schema/index.ts';
import { within } from '../../db/within.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

/** A revoked key is refused within this time. */
const cacheMs = 2000;
const maxCached = 10_000;
/** Keys that are being looked up at once: while the database hangs, nothing piles up beyond it. */
const maxLooking = 1000;
/** A database that takes longer than this to say whose a key is stands still: whoever asks is told to come back. */
const patienceMs = 2000;

/** Answers who a credential belongs to. */
export class IdentityService {
  readonly #db: Database;
  readonly #tenants: TenantDirectory;
  readonly #cache = new Map<string, { principal: Principal; until: number }>();
  /** One look-up a key, however many requests wait for it. */
  readonly #looking = new Map<string, Promise<Principal>>();

  constructor(db: Database, tenants: TenantDirectory) {
    this.#db = db;
    this.#tenants = tenants;
  }

  /** @param origin the Origin header, which browsers send and servers do not */
  async identify(credential: string, origin: string | undefined): Promise<Principal> {
    const kind = keyKindOf(credential);
    if (kind === undefined) return await this.#session(credential, origin);
    if (kind === 'secret' && origin !== undefined) {
      throw new CrmbetError(
        'key_in_browser',
        'Keep the sk_ key on your server. A page uses a session that your server mints, or a pk_ key.',
      );
    }
    return await this.#key(credential, kind);
  }

  async #key(credential: string, kind: 'secret' | 'publishable'): Promise<Principal> {
    const hash = hashKey(credential);
    const cacheKey = Buffer.from(hash).toString('base64');
    const cached = this.#cache.get(cacheKey);
    if (cached !== undefined && cached.until > Date.now()) return cached.principal;
    let looking = this.#looking.get(cacheKey);
    if (looking === undefined) {
      if (this.#looking.size >= maxLooking) throw storeIsLate();
      looking = this.#lookUp(hash, kind, cacheKey).finally(() => this.#looking.delete(cacheKey));
      this.#looking.set(cacheKey, looking);
    }
    return await within(patienceMs, looking, storeIsLate);
  }

  async #lookUp(hash: Uint8Array, kind: 'secret' | 'publishable', cacheKey: string): Promise<Principal> {
    const [row] = await this.#db.orm
      .select({ id: apiKeys.id, tenantId: apiKeys.tenantId })
      .from(apiKeys)
      .where(and(eq(apiKeys.hash, hash), eq(apiKeys.kind, kind), isNull(apiKeys.revokedAt)));
    if (row === undefined) throw new CrmbetError('key_invalid', 'The key is unknown or revoked.');
    const principal: Principal = {
      tenantId: row.tenantId,
      kind,
      subject: row.id,
      scopes: kind === 'secret' ? scopes : publishableScopes,
    };
    if (this.#cache.size >= maxCached) this.#cache.clear();
    this.#cache.set(cacheKey, { principal, until: Date.now() + cacheMs });
    return principal;
  }

  async #session(token: string, origin: string | undefined): Promise<Principal> {
    const tenantId = tenantOfToken(token);
    const tenant = tenantId === undefined ? undefined : await this.#tenants.find(tenantId);
    const claims =
      tenant === undefined ? undefined : await verifySession(token, tenant.sessionSecret, new Date());
    if (tenant === undefined || claims === undefined) {
      throw new CrmbetError(
        token.includes('.') ? 'session_invalid' : 'key_invalid',
        'The credential is neither a key nor a session that is still valid.',
      );
    }
    // Browsers leave Origin out of same-origin reads; what they do send has to be the page that the session was minted for.
    if (origin !== undefined && origin !== claims.origin) {
      throw new CrmbetError('origin_refused', `The session was minted for ${claims.origin}.`);
    }
    return {
      tenantId: tenant.id,
      kind: 'session',
      subject: claims.sub,
      scopes: claims.scopes,
      expiresAt: claims.expiresAt,
    };
  }
}

const storeIsLate = () =>
  new CrmbetError('store_unavailable', 'The database does not answer in time. Try again shortly.', {
    retryAfter: 2,
  });
