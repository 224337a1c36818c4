import type { Job, Problem } from './types.ts';

/** The root of everything that this client throws. */
export class CRMBetError extends Error {
  override readonly name: string = 'CRMBetError';
}

/**
 * The gateway answered, and the answer is a failure. Branch on `code`: it is stable. `requestId` finds the request
 * in the gateway's log.
 */
export class APIError extends CRMBetError {
  override readonly name: string = 'APIError';
  readonly status: number;
  /** The stable code; `unknown` where something on the way answered in the gateway's place. */
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  /** Where in the request something is wrong (a JSON pointer), and what would be right. */
  readonly errors: NonNullable<Problem['errors']>;
  readonly requestId: string | undefined;
  /** Seconds after which to try again, where the gateway said so. */
  readonly retryAfter: number | undefined;
  /** The problem details as they came (RFC 9457). */
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined, more: ProblemContext = {}) {
    const code = problem?.code ?? 'unknown';
    const title = problem?.title ?? more.statusText ?? '';
    super(`${status} ${code}: ${problem?.detail ?? (title || 'an answer without a problem document')}`);
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = problem?.detail;
    this.errors = problem?.errors ?? [];
    this.requestId = problem?.requestId ?? more.requestId;
    this.retryAfter = more.retryAfter;
    this.problem = problem;
  }

  /** The class that fits the status. */
  static of(status: number, problem: Problem | undefined, more: ProblemContext = {}): APIError {
    return new (classOf(status))(status, problem, more);
  }
}

export type ProblemContext = {
  statusText?: string;
  requestId?: string | undefined;
  retryAfter?: number | undefined;
};

/** 401: the key or session is missing, wrong or over. */
export class AuthenticationError extends APIError {
  override readonly name = 'AuthenticationError';
}

/** 403: the credential is good, and does not allow this. */
export class PermissionError extends APIError {
  override readonly name = 'PermissionError';
}

/** 404 */
export class NotFoundError extends APIError {
  override readonly name = 'NotFoundError';
}

/** 409: the name or event id is taken, the model not ready, the job over. */
export class ConflictError extends APIError {
  override readonly name = 'ConflictError';
}

/** 400, 405, 413, 415, 422: the request has to change; see `errors`. */
export class InvalidRequestError extends APIError {
  override readonly name = 'InvalidRequestError';
}

/** 429, after the retries. */
export class RateLimitError extends APIError {
  override readonly name = 'RateLimitError';
}

/** 5xx, after the retries. */
export class ServerError extends APIError {
  override readonly name = 'ServerError';
}

/** No answer arrived: refused, reset, no name, no network. `cause` says which. */
export class ConnectionError extends CRMBetError {
  override readonly name: string = 'ConnectionError';
}

/** No whole answer arrived within `timeout`, in any of the tries. */
export class TimeoutError extends ConnectionError {
  override readonly name = 'TimeoutError';
}

/** The caller's signal ended the call. */
export class AbortedError extends CRMBetError {
  override readonly name = 'AbortedError';
}

/** A job that `jobs.wait` waited for failed or was cancelled; `job` says why. */
export class JobFailedError extends CRMBetError {
  override readonly name = 'JobFailedError';
  readonly job: Job;

  constructor(job: Job) {
    super(`The job ${job.id} was not done: ${job.detail ?? job.code ?? job.state}`);
    this.job = job;
  }
}

const invalid = new Set([400, 405, 413, 415, 422]);

function classOf(status: number): typeof APIError {
  if (status === 401) return AuthenticationError;
  if (status === 403) return PermissionError;
  if (status === 404) return NotFoundError;
  if (status === 409) return ConflictError;
  if (status === 429) return RateLimitError;
  if (status >= 500) return ServerError;
  return invalid.has(status) ? InvalidRequestError : APIError;
}
