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
