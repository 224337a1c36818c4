/** What went wrong, as far as a reader can act on it. */
export type FailureKind = 'session' | 'scope' | 'missing' | 'busy' | 'offline' | 'other';

export type Failure = { kind: FailureKind; requestId: string | undefined };

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** Reads a thrown thing: the client's errors carry `status`, `code` and `requestId`; a failed fetch is a TypeError. */
export function failureOf(error: unknown): Failure {
  // A session that could not be fetched comes wrapped: what matters is why.
  const cause = field(error, 'cause');
  if (field(error, 'status') === undefined && field(cause, 'status') !== undefined) return failureOf(cause);
  const status = field(error, 'status');
  const id = field(error, 'requestId');
  return {
    kind: kindOf(error, status, field(error, 'code')),
    requestId: typeof id === 'string' ? id : undefined,
  };
}

function kindOf(error: unknown, status: unknown, code: unknown): FailureKind {
  if (code === 'scope_missing' || status === 403) return 'scope';
  if (status === 401) return 'session';
  if (status === 404) return 'missing';
  if (status === 429 || status === 503) return 'busy';
  if (error instanceof TypeError || field(error, 'name') === 'ConnectionError') return 'offline';
  return 'other';
}
