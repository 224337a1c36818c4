/** Reading the database's failures by SQLSTATE or socket code; a constraint's name is lost on a cluster. */

const coded = (error: unknown): { code: string; syscall: unknown } | undefined => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string')
      return { code: at.code, syscall: 'syscall' in at ? at.syscall : undefined };
  }
  return undefined;
};

const codeOf = (error: unknown): string | undefined => coded(error)?.code;

const unavailable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
]);

/**
 * Of SQLSTATEs: no connection (08); no room on the disk, in memory or for one more connection (53); an operator's word, a time limit, a
 * start or an end (57); the disk itself (58); and a primary that has become a replica (25006).
 */
const unavailableStates = /^(?:08|53|57|58|25006$)/;

export const isStoreUnavailable = (error: unknown): boolean => {
  const { code = '', syscall } = coded(error) ?? {};
  // A socket that is not there, and no other file.
  return (
    unavailable.has(code) || unavailableStates.test(code) || (code === 'ENOENT' && syscall === 'connect')
  );
};

/** Of the same, what concerns the whole server: not a statement that was cancelled, or that wrote where one may only read. */
export const isServerUnavailable = (error: unknown): boolean =>
  isStoreUnavailable(error) && codeOf(error) !== '57014' && codeOf(error) !== '25006';

/** Whether PostgreSQL refused for a reason that lies in no row: neither in values (22) nor in a constraint (23). */
export const isRefusedWhateverTheRows = (error: unknown): boolean =>
  // Some codes of sockets have five letters too, and no digit.
  /^(?!2[23])(?=.*\d)[\dA-Z]{5}$/.test(codeOf(error) ?? '');

const closing = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
]);

/** Whether a query failed because its connection is gone, or goes with the failure itself. */
export const isConnectionLost = (error: unknown): boolean =>
  closing.has(codeOf(error) ?? '') ||
  (error instanceof Error && 'severity' in error && /^(FATAL|PANIC)$/.test(String(error.severity)));

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === '23505';

/** A row that no CHECK lets in, or that no partition is there for. */
export const isCheckViolation = (error: unknown): boolean => codeOf(error) === '23514';

/** Deadlock, serialisation failure, lock not available: the same transaction may pass when run again. */
export const isRetryable = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === '40P01' || code === '40001' || code === '55P03';
};

/** Class 22: the values themselves were refused (out of range, not text). Running it again would not help. */
export const isBadData = (error: unknown): boolean => codeOf(error)?.startsWith('22') ?? false;

/** No such table or column: a replica that has not replayed the latest migration. */
export const isOutOfDateSchema = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === '42P01' || code === '42703';
};
