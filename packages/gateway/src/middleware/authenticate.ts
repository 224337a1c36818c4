import { createMiddleware } from 'hono/factory';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { AppEnv } from '../routes/app-types.ts';

/** Turns the bearer credential into a principal. Everything under /v1 passes here first. */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const header = c.req.header('authorization');
  if (header === undefined) c.header('WWW-Authenticate', 'Bearer');
  const credential = credentialIn(header);
  const identify = () => c.get('services').identity.identify(credential, c.req.header('origin'));
  c.set('principal', await identify());
  c.set('identifyAgain', identify);
  await next();
});

/** @throws {CrmbetError} the header names none, or not in the one way that is taken */
export function credentialIn(authorization: string | undefined): string {
  if (authorization === undefined)
    throw new CrmbetError('key_missing', 'Send an API key or a session as "Authorization: Bearer …".');
  const credential = /^Bearer ([\x21-\x7e]{1,4096})$/.exec(authorization)?.[1];
  if (credential === undefined) {
    throw new CrmbetError(
      'key_invalid',
      'The Authorization header must read "Bearer", one space, and the credential.',
    );
  }
  return credential;
}
