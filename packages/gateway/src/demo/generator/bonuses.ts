import { type Account, currency, type OpenBonus } from './account.ts';
import type { BonusKind } from './events.ts';
import type { Rng } from './rng.ts';
import { day } from './time.ts';

/** Grants a bonus, unless one is open already. It expires after a week. */
export function grantBonus(
  account: Account,
  rng: Rng,
  at: number,
  amount: number,
  kind = drawKind(account, rng),
): void {
  if (account.bonus !== undefined || amount < 100) return;
  const id = account.newId('bonus');
  const times = kind === 'deposit_match' ? 3 : 1;
  const bonus: OpenBonus = { id, kind, balance: amount, wagered: 0, required: amount * times, openBets: 0 };
  account.bonus = bonus;
  account.emit('bonus.granted', at, { bonusId: id, amount, currency, kind });
  account.later(account.clock + 7 * day, (due) => {
    if (account.bonus === bonus) expireBonus(account, due);
  });
}

function drawKind(account: Account, rng: Rng): BonusKind {
  if (rng.chance(0.45)) return 'deposit_match';
  if (rng.chance(0.12)) return 'cashback';
  return rng.chance(account.plan.behaviour.sports) ? 'free_bet' : 'free_spins';
}

/** Ends the open bonus: what is left of it is lost. */
export function expireBonus(account: Account, at: number): void {
  const { bonus } = account;
  account.bonus = undefined;
  if (bonus === undefined || bonus.balance === 0) return;
  account.emit('bonus.expired', at, { bonusId: bonus.id, amount: bonus.balance, currency, kind: bonus.kind });
  bonus.balance = 0;
}

/** After a bet with a bonus is over: money out of it if it has been staked often enough, or its quiet end. */
export function reviewBonus(account: Account, bonus: OpenBonus, at: number): void {
  const open = account.bonus === bonus;
  // What comes back after a bonus has expired is paid out at once.
  const earned = bonus.balance > 0 && (!open || bonus.wagered >= bonus.required) && bonus.openBets === 0;
  if (earned) {
    const amount = bonus.balance;
    bonus.balance = 0;
    account.cash += amount;
    account.emit('bonus.converted', at, { bonusId: bonus.id, amount, currency, kind: bonus.kind });
  }
  if (open && bonus.balance === 0 && bonus.openBets === 0) account.bonus = undefined;
}
