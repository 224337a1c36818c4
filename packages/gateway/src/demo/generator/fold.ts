import type { DemoEvent } from './events.ts';

/** What a player's events say about money, folded in order. Throws at the first event that cannot be. Centavos. */
export type Fold = { cash: number; bonus: number; stakes: Map<string, { stake: number; bonus: boolean }> };

export function fold(events: readonly DemoEvent[]): Fold {
  const state: Fold = { cash: 0, bonus: 0, stakes: new Map() };
  const requested = new Map<string, number>();
  const must = (holds: boolean, event: DemoEvent, what: string) => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify(event)}`);
  };
  for (const event of events) {
    switch (event.type) {
      case 'deposit.approved':
        state.cash += event.data.amount;
        break;
      case 'withdrawal.requested':
        state.cash -= event.data.amount;
        requested.set(event.data.withdrawalId, event.data.amount);
        break;
      case 'withdrawal.approved':
      case 'withdrawal.cancelled':
        must(
          requested.get(event.data.withdrawalId) === event.data.amount,
          event,
          'ends a withdrawal never asked for',
        );
        requested.delete(event.data.withdrawalId);
        if (event.type === 'withdrawal.cancelled') state.cash += event.data.amount;
        break;
      case 'bet.placed':
        must(!state.stakes.has(event.data.betId), event, 'placed twice');
        state.stakes.set(event.data.betId, event.data);
        if (event.data.bonus) state.bonus -= event.data.stake;
        else state.cash -= event.data.stake;
        break;
      case 'bet.settled': {
        const placed = state.stakes.get(event.data.betId);
        must(
          placed?.stake === event.data.stake && placed.bonus === event.data.bonus,
          event,
          'never placed like this',
        );
        state.stakes.delete(event.data.betId);
        if (event.data.bonus) state.bonus += event.data.payout;
        else state.cash += event.data.payout;
        break;
      }
      case 'casino.round': {
        const { stake, payout, bonus } = event.data;
        must((bonus ? state.bonus : state.cash) >= stake, event, 'stakes more than there is');
        if (bonus) state.bonus += payout - stake;
        else state.cash += payout - stake;
        break;
      }
      case 'bonus.granted':
        state.bonus += event.data.amount;
        break;
      case 'bonus.converted':
        state.bonus -= event.data.amount;
        state.cash += event.data.amount;
        break;
      case 'bonus.expired':
        state.bonus -= event.data.amount;
        break;
      default:
        break;
    }
    must(state.cash >= 0, event, `cash is ${state.cash}`);
    must(state.bonus >= 0, event, `bonus money is ${state.bonus}`);
  }
  return state;
}
