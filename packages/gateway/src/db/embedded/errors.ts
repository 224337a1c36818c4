/** What can go wrong with the default database server; stable, for branching on. */
export type EmbeddedPostgresErrorCode =
  /** Another process is using the data folder. */
  | 'data_folder_locked'
  /** The data folder cannot be made or written. */
  | 'data_folder_not_writable'
  /** The data was written by another major version of PostgreSQL. */
  | 'data_folder_version'
  /** The data is there, the file with its password is not. */
  | 'password_missing'
  /** The registry package with PostgreSQL for this platform is not installed. */
  | 'postgres_not_installed'
  /** We are root, PostgreSQL refuses root, and no other user could be had. */
  | 'no_unprivileged_user'
  /** initdb failed. */
  | 'initialise_failed'
  /** The server did not come up; the message ends with the last lines of its log. */
  | 'start_failed'
  /** The server did not end, not even by an immediate shutdown. */
  | 'stop_failed';

/** The only error that the default database server throws on purpose. Its message is a sentence for a person. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}

/** The system's own code (`EACCES`, …) of an error from Node, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}
