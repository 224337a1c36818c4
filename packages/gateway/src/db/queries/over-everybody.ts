import type { TransactionSql } from 'postgres';

/**
 * For a statement that reads all players of a tenant. Right after a large import the planner's statistics know nothing of the
 * tenant; it expects one row, and picks the join that compares everybody with everybody. Hash joins are right here at any size.
 */
export async function overEverybody(tx: TransactionSql<{ bigint: bigint }>): Promise<void> {
  await tx`SET LOCAL enable_nestloop = off`;
}
