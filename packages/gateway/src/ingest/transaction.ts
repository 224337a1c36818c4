import type { TransactionSql } from 'postgres';

/** A transaction of the write path. */
export type Tx = TransactionSql<{ bigint: bigint }>;

/**
 * Runs a statement that a connection keeps prepared. Called without waiting for the one before, several go to the server
 * together, and it works them off in their order.
 */
export const execute = (tx: Tx, statement: string, parameters: (string | null)[]) =>
  tx.unsafe(statement, parameters, { prepare: true });

/**
 * Another gateway changed what this transaction had read and went by: the account's currency, or the profile. Carries the
 * SQLSTATE of a failed serialisation, so that the lane runs the transaction again.
 */
export class StaleRead extends Error {
  readonly code = '40001';
}

/**
 * Waits until each of these statements has been answered, whatever became of the others, and then throws what failed first. A
 * transaction that was left earlier would be rolled back between them, and those that come after that would stand for themselves.
 */
export async function allOf(statements: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(statements)).flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  if (failures.length > 0) throw failures.find((error) => !isAftermath(error)) ?? failures[0];
}

/** The answer to each statement after one that has failed. */
const isAftermath = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '25P02';
