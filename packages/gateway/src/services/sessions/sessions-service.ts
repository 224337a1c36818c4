import type { Principal } from '../../auth/principal.ts';
import { type SessionClaims, signSession } from '../../auth/session-token.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

/** Mints the short sessions that widgets work under. */
export class SessionsService {
  readonly #tenants: TenantDirectory;

  constructor(tenants: TenantDirectory) {
    this.#tenants = tenants;
  }

  async mint(
    principal: Principal,
    wanted: { user: string; scopes: SessionClaims['scopes']; origin: string },
  ) {
    const origin = new URL(wanted.origin).origin;
    if (origin === 'null') {
      throw new CrmbetError('request_invalid', 'The origin must be that of a web page.', {
        errors: [{ pointer: '/origin', detail: 'must be an origin such as https://backoffice.example.com' }],
      });
    }
    const tenant = await this.#tenants.get(principal.tenantId);
    const { token, expiresAt } = await signSession(
      tenant,
      { sub: wanted.user, scopes: wanted.scopes, origin },
      new Date(),
    );
    return { token, expiresAt: expiresAt.toISOString() };
  }
}
