import { plainArray, plainColumn, textColumn } from '../db/array-literal.ts';
import { columnsOf, statementsBy } from './column-groups.ts';
import type { FoldedPlayer } from './fold-batch.ts';
import type { Moments } from './player-delta.ts';
import { execute, StaleRead, type Tx } from './transaction.ts';

/** A player of a batch, and the currency that the account is taken to have. */
export type Account = FoldedPlayer & { currency: string | null };

/** The currencies of accounts that have one. */
export async function currenciesOf(
  tx: Tx,
  tenantId: string,
  playerIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.unsafe<{ player_id: string; currency: string }[]>(
    `SELECT player_id, currency FROM crmbet.player_state
     WHERE tenant_id = $1::uuid AND player_id = ANY($2::uuid[]) AND currency IS NOT NULL`,
    [tenantId, plainArray(playerIds)],
    { prepare: true },
  );
  return new Map(rows.map((row) => [row.player_id, row.currency]));
}

/**
 * Adds to lifetime sums and moves moments. An account that has another currency than it was taken to have is not written: then our
 * sums hold the wrong money.
 * @throws {StaleRead} one was not written
 */
export async function upsertState(
  tx: Tx,
  tenantId: string,
  accounts: readonly Account[],
  mask: number,
): Promise<void> {
  const { counters, moments } = columnsOf(mask);
  const sums = accounts.map(({ delta, currency }) => delta.lifetime(currency));
  const { count } = await execute(tx, stateUpsert(mask), [
    tenantId,
    plainColumn(accounts, ({ playerId }) => playerId),
    textColumn(accounts, ({ currency }) => currency),
    ...moments.map((name) => plainColumn(accounts, ({ delta }) => delta.moments[name])),
    ...counters.map((name) => plainColumn(sums, (counts) => counts[name])),
  ]);
  if (count !== accounts.length) throw new StaleRead();
}

const momentColumns: Record<keyof Moments, readonly [column: string, pick: 'least' | 'greatest']> = {
  firstEventAt: ['first_event_at', 'least'],
  lastEventAt: ['last_event_at', 'greatest'],
  lastActiveAt: ['last_active_at', 'greatest'],
  registeredAt: ['registered_at', 'least'],
  firstDepositAt: ['first_deposit_at', 'least'],
  lastDepositAt: ['last_deposit_at', 'greatest'],
  lastWagerAt: ['last_wager_at', 'greatest'],
  lastSessionAt: ['last_session_at', 'greatest'],
};

export const stateUpsert = statementsBy(({ counters, moments }) => {
  const columns = moments.map((name) => momentColumns[name]);
  const names = columns.map(([name]) => name);
  const firstCounter = 4 + columns.length;
  return `
    INSERT INTO crmbet.player_state (tenant_id, player_id, currency, ${[...names, ...counters].join(', ')})
    SELECT $1::uuid, ($2::uuid[])[u.i], u.currency, ${names.map((name) => `to_timestamp(u.${name} / 1000.0::double precision)`).join(', ')},
      ${counters.map((_, index) => `($${firstCounter + index}::bigint[])[u.i]`).join(', ')}
    FROM unnest($3::text[], ${names.map((_, index) => `$${4 + index}::bigint[]`).join(', ')})
      WITH ORDINALITY AS u (currency, ${names.join(', ')}, i)
    ON CONFLICT (tenant_id, player_id) DO UPDATE SET
      currency = coalesce(player_state.currency, excluded.currency),
      ${columns.map(([name, pick]) => `${name} = ${pick}(player_state.${name}, excluded.${name})`).join(', ')},
      ${counters.map((name) => `${name} = player_state.${name} + excluded.${name}`).join(', ')}
    WHERE player_state.currency IS NULL OR excluded.currency IS NULL OR player_state.currency = excluded.currency`;
});
