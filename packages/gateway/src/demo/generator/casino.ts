import { type Account, currency, type OpenBonus } from './account.ts';
import { reviewBonus } from './bonuses.ts';
import type { GameType } from './events.ts';
import type { Rng } from './rng.ts';

type Kind = {
  readonly type: GameType;
  readonly games: readonly [string, ...string[]];
  /** Returned of what is staked, on average. */
  readonly returns: number;
  /** Spread of a single round: the standard deviation of its logarithm shrinks with the root of their number. */
  readonly spread: number;
  /** Rounds that are reported as one. */
  readonly rounds: readonly [from: number, to: number];
};

const kinds: readonly [Kind, ...Kind[]] = [
  {
    type: 'slots',
    games: [
      'Tesouro da Onça',
      'Frutas do Sertão',
      'Carnaval Dourado',
      'Boto Místico',
      'Minas de Prata',
      'Sete Araras',
    ],
    returns: 0.958,
    spread: 4,
    rounds: [10, 120],
  },
  {
    type: 'live',
    games: ['Roleta ao Vivo', 'Bacará Imperial', 'Vinte e Um Azul', 'Roda da Fortuna'],
    returns: 0.966,
    spread: 1.1,
    rounds: [4, 25],
  },
  { type: 'table', games: ['Vídeo Pôquer', 'Roleta Clássica'], returns: 0.968, spread: 1.2, rounds: [5, 40] },
  { type: 'crash', games: ['Jangada', 'Foguetinho'], returns: 0.962, spread: 1.6, rounds: [5, 40] },
];

/**
 * Plays some rounds of a game, reported as one.
 * @param unit centavos a round
 * @param bonus where the stake comes from, if not from the player's own money
 */
export function playCasino(
  account: Account,
  rng: Rng,
  at: number,
  unit: number,
  slotsOnly: boolean,
  bonus: OpenBonus | undefined,
): void {
  const kind = slotsOnly ? kinds[0] : (kinds[rng.weighted(account.plan.behaviour.games)] ?? kinds[0]);
  const purse = bonus?.balance ?? account.cash;
  // Somebody who has less than they like to bet bets what they have.
  const each = Math.max(1, Math.min(unit, purse));
  const rounds = Math.max(1, Math.min(rng.int(...kind.rounds), Math.floor(purse / each)));
  const stake = each * rounds;
  // Log-normal with the mean `returns`: the mean of exp(N(m, s²)) is exp(m + s²/2).
  const sigma = Math.min(1.3, kind.spread / Math.sqrt(rounds));
  const ratio = kind.returns * Math.exp(sigma * rng.normal() - (sigma * sigma) / 2);
  const payout = Math.round(stake * ratio);
  account.emit('casino.round', at, {
    roundId: account.newId('round'),
    game: rng.pick(kind.games),
    gameType: kind.type,
    stake,
    payout,
    currency,
    bonus: bonus !== undefined,
    rounds,
  });
  if (bonus === undefined) {
    account.cash += payout - stake;
    return;
  }
  bonus.balance += payout - stake;
  bonus.wagered += stake;
  reviewBonus(account, bonus, account.clock);
}
