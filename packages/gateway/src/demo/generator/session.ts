import type { Account, OpenBonus } from './account.ts';
import { deposit, withdraw } from './cashier.ts';
import { playCasino } from './casino.ts';
import type { DemoDay } from './days.ts';
import type { Rng } from './rng.ts';
import { placeBet } from './sports.ts';
import { minute } from './time.ts';

/**
 * Tells one visit: money in if there is too little, bets, money in again for some when it is gone, money out for
 * some who are ahead.
 * @param football whether it is the day's matches that brought the player here
 * @param heat 1 on an ordinary day, more when a player is out of control
 */
export function playSession(
  account: Account,
  rng: Rng,
  today: DemoDay,
  start: number,
  football: boolean,
  heat = 1,
): void {
  const { behaviour, purse, escalation, person } = account.plan;
  account.advance(start);
  let at = Math.max(start, account.clock + 1000);
  const began = at;
  const sessionId = account.newId('s');
  account.emit('session.started', at, { sessionId, device: person.device });
  at += rng.between(10_000, 90_000);

  const least = Math.max(200, behaviour.sports > 0.5 ? behaviour.stake * 0.4 : behaviour.spin * 5) * purse;
  const hunts = behaviour.bonus > 0.5 && account.bonus === undefined;
  if (hunts || (account.cash < least * 3 && (account.bonus?.balance ?? 0) < 200)) {
    deposit(account, rng, at);
    at = account.clock + 20_000;
  }
  let anger = 1;
  let deposits = 1;
  const actions = 1 + rng.poisson(behaviour.actions * heat);
  for (let i = 0; i < actions; i++) {
    at += rng.logNormal(escalation > 0 ? 1.6 : 2.6, 0.7) * minute;
    account.advance(at);
    at = Math.max(at, account.clock + 1);
    const bonus = usableBonus(account, rng);
    if (bonus === undefined && account.cash < least) {
      if (deposits >= 8 || !rng.chance(behaviour.chase)) break;
      deposits++;
      anger *= escalation > 0 ? 1.35 : 1;
      deposit(account, rng, at, anger);
      at = account.clock + 15_000;
    }
    act(account, rng, at, today, football, bonus, anger);
    at = Math.max(at, account.clock);
  }
  at += rng.between(0.3, 4) * minute;
  account.advance(at);
  if (
    account.cash > behaviour.deposit * purse * (behaviour.withdraws > 0.6 ? 0.9 : 2) &&
    rng.chance(behaviour.withdraws)
  ) {
    withdraw(account, rng, at, Math.floor((account.cash * rng.between(0.6, 1)) / 100) * 100);
  }
  const ended = Math.max(Math.floor(at) + 1000, account.clock + 1);
  account.emit('session.ended', ended, { sessionId, durationSeconds: Math.round((ended - began) / 1000) });
}

function usableBonus(account: Account, rng: Rng): OpenBonus | undefined {
  const { bonus } = account;
  if (bonus === undefined || bonus.balance < 100) return undefined;
  return rng.chance(account.plan.archetype === 'bonus_hunter' ? 0.92 : 0.75) ? bonus : undefined;
}

function act(
  account: Account,
  rng: Rng,
  at: number,
  today: DemoDay,
  football: boolean,
  bonus: OpenBonus | undefined,
  anger: number,
): void {
  const { behaviour, purse } = account.plan;
  const bySports = football || rng.chance(behaviour.sports);
  const sports = bonus?.kind === 'free_bet' || (bonus?.kind !== 'free_spins' && bySports);
  if (sports) {
    const wanted = roundStake(rng.logNormal(behaviour.stake * purse * anger, 0.7));
    const stake = Math.min(wanted, bonus?.balance ?? account.cash);
    placeBet(account, rng, at, stake, today.fixtures, bonus);
    return;
  }
  // Stakes of casino rounds are multiples of 10 centavos.
  const unit = Math.max(20, Math.round(rng.logNormal(behaviour.spin * purse * anger, 0.5) / 10) * 10);
  playCasino(account, rng, at, unit, bonus?.kind === 'free_spins', bonus);
}

/** Whole reais, and fives of them from twenty on. At least one. */
function roundStake(centavos: number): number {
  const step = centavos < 2000 ? 100 : 500;
  return Math.max(100, Math.round(centavos / step) * step);
}
