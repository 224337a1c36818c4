import { type Account, currency, type OpenBonus } from './account.ts';
import { reviewBonus } from './bonuses.ts';
import type { Fixture } from './calendar.ts';
import type { Outcome } from './events.ts';
import type { Rng } from './rng.ts';
import { hour, isoDate, minute } from './time.ts';

/** The bookmaker's share of each selection: a bet of n selections leaves it 1 − 0.95ⁿ of the stake on average. */
const margin = 0.05;
const markets = ['match_result', 'over_under', 'both_score', 'handicap', 'next_goal'] as const;
const otherSports = ['tennis', 'basketball', 'esports', 'volleyball'] as const;

/**
 * Places a bet and puts off its settlement until after the final whistle.
 * @param fixtures the day's matches; without one still to come, a bet on another sport is placed
 * @param bonus where the stake comes from, if not from the player's own money
 */
export function placeBet(
  account: Account,
  rng: Rng,
  at: number,
  stake: number,
  fixtures: readonly Fixture[],
  bonus: OpenBonus | undefined,
): void {
  const coming = fixtures.filter(({ fullTime }) => fullTime > at + 20 * minute);
  const fixture = coming.length > 0 && rng.chance(0.9) ? coming[rng.int(0, coming.length - 1)] : undefined;
  const subject = fixture === undefined ? otherEvent(rng, at) : match(fixture, at);
  const selections = rng.chance(0.78) ? 1 : rng.int(2, 4);
  let chance = drawChance(rng, fixture);
  for (let i = 1; i < selections; i++) chance *= rng.between(0.45, 0.75);
  const odds = Math.max(1.01, Math.round(((1 - margin) ** selections / chance) * 100) / 100);
  const betId = account.newId('bet');
  const { sport } = subject;
  const ownStake = bonus === undefined;
  if (bonus === undefined) {
    account.cash -= stake;
  } else {
    bonus.balance -= stake;
    bonus.wagered += stake;
    bonus.openBets++;
  }
  account.emit('bet.placed', at, {
    betId,
    stake,
    currency,
    sport,
    competition: subject.competition,
    fixture: subject.id,
    market: fixture === undefined ? 'match_result' : rng.pick(markets),
    selections,
    odds: odds.toFixed(2),
    live: subject.live,
    bonus: !ownStake,
  });
  const [outcome, payout] = drawOutcome(rng, stake, odds, chance);
  const settledAt = subject.ends + rng.between(2, 14) * minute + rng.int(0, 59_999);
  account.later(
    settledAt,
    (due) => {
      if (bonus !== undefined && account.excluded) {
        // A bonus does not outlive a self-exclusion, and neither does what is bet with it.
        account.emit('bet.settled', due, {
          betId,
          stake,
          payout: 0,
          currency,
          sport,
          outcome: 'void',
          bonus: true,
        });
        return;
      }
      account.emit('bet.settled', due, { betId, stake, payout, currency, sport, outcome, bonus: !ownStake });
      if (bonus === undefined) {
        account.cash += payout;
      } else {
        bonus.balance += payout;
        bonus.openBets--;
        reviewBonus(account, bonus, due);
      }
    },
    true,
  );
}

function drawChance(rng: Rng, fixture: Fixture | undefined): number {
  if (fixture === undefined || rng.chance(0.4)) return rng.between(0.28, 0.72);
  // Favourites draw more bets than they deserve.
  const [home, draw, away] = fixture.chances;
  return fixture.chances[rng.weighted([home ** 1.4, draw * 0.5, away ** 1.4])] ?? home;
}

function drawOutcome(rng: Rng, stake: number, odds: number, chance: number): [Outcome, number] {
  const turn = rng.next();
  if (turn < 0.012) return ['void', stake];
  if (turn < 0.06) return ['cashed_out', Math.round(stake * 0.94 * rng.between(0.35, 1.6))];
  return rng.chance(chance) ? ['won', Math.round(stake * odds)] : ['lost', 0];
}

type Subject = { sport: string; competition: string; id: string; live: boolean; ends: number };

function match(fixture: Fixture, at: number): Subject {
  const { id, competition, kickOff, fullTime } = fixture;
  return { sport: 'football', competition, id, live: at >= kickOff, ends: fullTime };
}

function otherEvent(rng: Rng, at: number): Subject {
  const sport = rng.pick(otherSports);
  const begins = at + rng.between(-0.8, 2) * hour;
  const id = `${sport}-${isoDate(at)}-${rng.int(1, 40)}`;
  const ends = Math.max(begins + 1.6 * hour, at + 10 * minute);
  return { sport, competition: `${sport}-open`, id, live: begins < at, ends };
}
