import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresClient } from './database.ts';
import { isConnectionLost } from './failures.ts';

/** How long a connection that has failed may take to be seen as closed. */
const patienceMs = 5000;

/**
 * Ends a transaction with its connection. postgres.js would still send ROLLBACK, or COMMIT where the body did not notice, on what
 * by then may be another transaction's connection. A body that meets a lost connection is held until `begin` has been told of
 * the loss, and is then never told to go on. Changes the client that is given.
 */
export function surviveLostConnections(sql: PostgresClient): PostgresClient {
  const real = sql.begin.bind(sql);
  const begin = async (...of: unknown[]): Promise<unknown> => {
    let settled = false;
    const body = of.pop();
    const guarded = async (tx: unknown): Promise<unknown> => {
      const outcome = await outcomeOf(body, tx);
      if ('error' in outcome && isConnectionLost(outcome.error)) {
        // A failure of some other connection leaves this one open: then it is rolled back like any.
        for (const end = performance.now() + patienceMs; !settled && performance.now() < end; )
          await sleep(5);
      }
      if (settled) return await new Promise(() => {});
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    };
    try {
      return await Reflect.apply(real, sql, [...of, guarded]);
    } finally {
      settled = true;
    }
  };
  return Object.assign(sql, { begin });
}

async function outcomeOf(body: unknown, tx: unknown): Promise<{ value: unknown } | { error: unknown }> {
  try {
    if (typeof body !== 'function') throw new TypeError('a transaction needs a body');
    const value: unknown = await body(tx);
    // As postgres.js has it: a list of queries is awaited.
    return { value: Array.isArray(value) ? await Promise.all(value) : value };
  } catch (error) {
    return { error };
  }
}
