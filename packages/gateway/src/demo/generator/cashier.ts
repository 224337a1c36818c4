import { type Account, currency } from './account.ts';
import { grantBonus } from './bonuses.ts';
import type { Rng } from './rng.ts';
import { hour, minute } from './time.ts';

const methods = ['pix', 'debit_card', 'bank_transfer'] as const;
const failures = ['insufficient_funds', 'issuer_declined', 'timeout'] as const;

/** Pays money in, sometimes at the second attempt, sometimes with a bonus on top. */
export function deposit(account: Account, rng: Rng, at: number, scale = 1): void {
  const { behaviour, purse, escalation } = account.plan;
  const method = methods[rng.weighted([92, 5, 3])] ?? 'pix';
  const amount = roundMoney(rng.logNormal(behaviour.deposit * purse * scale, 0.5));
  if (rng.chance(escalation > 0 ? 0.22 : 0.035)) {
    account.emit('deposit.failed', at, { amount, currency, method, reason: rng.pick(failures) });
    at += rng.between(0.5, 3) * minute;
  }
  account.cash += amount;
  account.emit('deposit.approved', at, { amount, currency, method, depositId: account.newId('dep') });
  if (rng.chance(behaviour.bonus)) {
    grantBonus(account, rng, account.clock + 1, Math.min(30_000, roundMoney(amount * rng.between(0.5, 1))));
  }
}

/** Asks for a withdrawal; it is paid within a day, or taken back. */
export function withdraw(account: Account, rng: Rng, at: number, amount: number): void {
  if (amount < 1000 || amount > account.cash) return;
  const withdrawal = { amount, currency, method: 'pix', withdrawalId: account.newId('wd') };
  account.cash -= amount;
  account.emit('withdrawal.requested', at, withdrawal);
  const cancelled = rng.chance(account.plan.behaviour.reverses) && !account.excluded;
  const takes = cancelled ? rng.between(5 * minute, 3 * hour) : rng.logNormal(40 * minute, 1.1);
  account.later(
    account.clock + Math.min(takes, 20 * hour),
    (due) => {
      if (cancelled) account.cash += amount;
      account.emit(cancelled ? 'withdrawal.cancelled' : 'withdrawal.approved', due, withdrawal);
    },
    true,
  );
}

/** To what a person would type: fives of reais when small, tens above, hundreds when large. Never below five. */
export function roundMoney(centavos: number): number {
  const step = centavos < 5000 ? 500 : centavos < 50_000 ? 1000 : 10_000;
  return Math.max(500, Math.round(centavos / step) * step);
}
