import type { ErrorCode } from './codes.ts';

/** Where in the request something is wrong: a JSON pointer, and what would be right. */
export type FieldError = { pointer: string; detail: string };

/**
 * A failure that the caller can understand and act on. Anything else that is thrown becomes `internal` at the
 * edge, and its message never leaves the process.
 */
export class CrmbetError extends Error {
  override readonly name = 'CrmbetError';
  readonly code: ErrorCode;
  readonly errors: FieldError[];
  /** Seconds after which to try again, where that makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { errors?: FieldError[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
  }
}
