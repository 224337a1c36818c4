import { isRetryable } from './failures.ts';

/** Runs a transaction again when the database asks for it: deadlock, failed serialisation, lock not to be had. */
export async function retrying<T>(transaction: () => Promise<T>, attempts = 4): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error;
      await new Promise((next) => setTimeout(next, 5 * 2 ** attempt * Math.random()));
    }
  }
}
