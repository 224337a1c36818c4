import type { PostgresClient } from '../db/database.ts';
import type { BatchItem, BatchTenant, ItemStatus } from './batch-item.ts';
import { type FoldedPlayer, foldBatch, maskOf } from './fold-batch.ts';
import { insertEvents } from './insert-events.ts';
import type { KnownPlayers } from './known-players.ts';
import { claimAll, claimEach } from './ledger.ts';
import { allOf, StaleRead, type Tx } from './transaction.ts';
import { upsertDays } from './upsert-days.ts';
import { requirePlayers, upsertPlayers } from './upsert-players.ts';
import { upsertRestrictions } from './upsert-restrictions.ts';
import { type Account, currenciesOf, upsertState } from './upsert-state.ts';
import { WriteMemory } from './write-memory.ts';
import { hasRepeats, inWriteOrder } from './write-order.ts';

/**
 * Writes a batch of one tenant in one transaction: the ledger of ids first, then, for what is new, the events, the
 * sums and the state. It commits as a whole or not at all. Returns one status an item, in order.
 *
 * By far the commonest batch holds nothing but new events of players as we know them. It is written on that guess, without a look
 * at what is stored: all statements go out together, and each tells by a count whether the guess was right. Where it was not,
 * nothing is left of it, and the batch is written again with a look.
 */
export async function writeBatch(
  sql: PostgresClient,
  tenant: BatchTenant,
  items: readonly BatchItem[],
  memory: WriteMemory = new WriteMemory(),
): Promise<ItemStatus[]> {
  const receivedAt = new Date();
  const ordered = inWriteOrder(items);
  const known = memory.players;
  if (!memory.looksFirst() && !hasRepeats(ordered)) {
    const accounts = foldBatch(ordered, tenant.clock).map((player) => guess(player, known));
    if (await writeAsGuessed(sql, tenant, ordered, accounts, known, receivedAt)) {
      learn(known, accounts);
      return items.map((): ItemStatus => 'accepted');
    }
    for (const { playerId } of accounts) known.forget(playerId);
    memory.guessedWrong();
  }
  return await writeWithLook(sql, tenant, items, known, receivedAt);
}

const guess = (player: FoldedPlayer, known: KnownPlayers): Account => ({
  ...player,
  currency: known.get(player.playerId)?.currency ?? player.delta.currency,
});

function learn(known: KnownPlayers, accounts: readonly Account[]): void {
  for (const { playerId, currency, delta } of accounts) known.learn(playerId, currency, delta.brandAt);
}

/** An id of the batch was taken: the transaction is undone. */
class SomeTaken extends Error {}

/** False: something was not as guessed, and nothing was written. */
async function writeAsGuessed(
  sql: PostgresClient,
  tenant: BatchTenant,
  ordered: readonly BatchItem[],
  accounts: readonly Account[],
  known: KnownPlayers,
  receivedAt: Date,
): Promise<boolean> {
  const settled: FoldedPlayer[] = [];
  const others: FoldedPlayer[] = [];
  for (const player of accounts) (hasNothingToSay(player, known) ? settled : others).push(player);
  try {
    await sql.begin(async (tx) => {
      const claim = claimAll(tx, tenant.id, ordered).then((all) => {
        if (!all) throw new SomeTaken();
      });
      await allOf([
        claim,
        requirePlayers(tx, tenant.id, settled),
        ...writeFresh(tx, tenant.id, ordered, accounts, others, receivedAt),
      ]);
    });
    return true;
  } catch (error) {
    if (error instanceof SomeTaken || error instanceof StaleRead) return false;
    throw error;
  }
}

/** The row of the player would stay as it is. */
function hasNothingToSay({ playerId, delta }: FoldedPlayer, known: KnownPlayers): boolean {
  const stored = known.get(playerId);
  if (stored === undefined || delta.profile !== null) return false;
  return delta.brandAt === null || (stored.brandAt !== null && delta.brandAt > stored.brandAt);
}

async function writeWithLook(
  sql: PostgresClient,
  tenant: BatchTenant,
  items: readonly BatchItem[],
  known: KnownPlayers,
  receivedAt: Date,
): Promise<ItemStatus[]> {
  const { statuses, accounts } = await sql.begin(async (tx) => {
    const { statuses, fresh } = await claimEach(tx, tenant.id, items);
    if (fresh.length === 0) return { statuses, accounts: [] };
    const players = foldBatch(fresh, tenant.clock);
    const currencies = await currenciesOf(
      tx,
      tenant.id,
      players.map(({ playerId }) => playerId),
    );
    const accounts = players.map((player) => ({
      ...player,
      currency: currencies.get(player.playerId) ?? player.delta.currency,
    }));
    await allOf(writeFresh(tx, tenant.id, fresh, accounts, accounts, receivedAt));
    return { statuses, accounts };
  });
  learn(known, accounts);
  return statuses;
}

/** All that new events change; the statements go to the server together, in this order. */
function writeFresh(
  tx: Tx,
  tenantId: string,
  fresh: readonly BatchItem[],
  accounts: readonly Account[],
  toPlayers: readonly FoldedPlayer[],
  receivedAt: Date,
): Promise<void>[] {
  const mask = maskOf(accounts);
  return [
    insertEvents(tx, tenantId, fresh, receivedAt),
    upsertState(tx, tenantId, accounts, mask),
    upsertPlayers(tx, tenantId, toPlayers, receivedAt),
    upsertDays(tx, tenantId, accounts),
    upsertRestrictions(tx, tenantId, accounts),
  ];
}
