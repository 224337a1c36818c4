import type { FieldError } from './crmbet-error.ts';

/** As many as one answer lists. */
export const maxFieldErrors = 20;

const escaped = (part: PropertyKey) => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

/** What a schema found wrong, as JSON pointers below `under` ("" for the body, "/rule" for a part of it). */
export const fieldErrorsOf = (
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
  under = '',
): FieldError[] =>
  issues.slice(0, maxFieldErrors).map(({ path, message }) => ({
    pointer: path.length === 0 && under !== '' ? under : `${under}/${path.map(escaped).join('/')}`,
    detail: message,
  }));
