import { ConfigError } from '../config/config.ts';
import { DistributionConflict } from '../db/distribute.ts';
import { EmbeddedPostgresError } from '../db/embedded/errors.ts';
import { isServerUnavailable } from '../db/failures.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import { ListenError } from './listen.ts';
import { WorkerFailure } from './workers/worker-failure.ts';

/** What the command says of a failure: a sentence where it is known, everything where it is a defect of ours. */
export function sentenceOf(error: unknown): string {
  const isSaid =
    error instanceof ConfigError ||
    error instanceof ListenError ||
    error instanceof DistributionConflict ||
    error instanceof WorkerFailure ||
    error instanceof CrmbetError ||
    error instanceof EmbeddedPostgresError;
  if (isSaid) return error.message;
  if (isServerUnavailable(error)) {
    return 'The database cannot be reached. Check that it runs and that DATABASE_URL names it correctly.';
  }
  if (isRefusedByDatabase(error)) return `The database refused: ${error.message}.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Classes 28 (wrong password or role) and 3D (no such database), 42501 (not allowed), 25006 (read-only) and 57014 (cancelled, or a time
 * limit): the message names what to mend and holds no values.
 */
const isRefusedByDatabase = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^(28|3D|42501|25006|57014)/.test(error.code);
