import {
  isBadData,
  isCheckViolation,
  isRefusedWhateverTheRows,
  isStoreUnavailable,
} from '../../db/failures.ts';
import { statusOfCode } from '../../errors/codes.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';

/**
 * Who is to blame when events were not stored: the `store`, which is busy, away or not in order, and is waited for; the `events`,
 * which it will never take as they are; or `nobody knows`, which may be either.
 */
export type Blame = 'store' | 'events' | 'nobody knows';

export function blameFor(error: unknown): Blame {
  if (error instanceof CrmbetError) {
    const status = statusOfCode[error.code];
    if (status > 500) return 'store';
    return status < 500 ? 'events' : 'nobody knows';
  }
  if (isStoreUnavailable(error) || isRefusedWhateverTheRows(error)) return 'store';
  return isBadData(error) || isCheckViolation(error) ? 'events' : 'nobody knows';
}
