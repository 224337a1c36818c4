import { expect, it } from 'vitest';
import type { DemoEvent } from './events.ts';
import { fold } from './fold.ts';

const envelope = { player: 'p', time: '2026-01-01T00:00:00.000Z', brand: 'arara' };
const deposit: DemoEvent = {
  ...envelope,
  id: '1',
  type: 'deposit.approved',
  data: { amount: 1000, currency: 'BRL', method: 'pix', depositId: 'd' },
};
const settled: DemoEvent = {
  ...envelope,
  id: '3',
  type: 'bet.settled',
  data: {
    betId: 'b',
    stake: 400,
    payout: 900,
    currency: 'BRL',
    sport: 'tennis',
    outcome: 'won',
    bonus: false,
  },
};
const round: DemoEvent = {
  ...envelope,
  id: '2',
  type: 'casino.round',
  data: {
    roundId: 'r',
    game: 'Jangada',
    gameType: 'crash',
    stake: 400,
    payout: 100,
    currency: 'BRL',
    bonus: false,
    rounds: 4,
  },
};

it('adds up money', () => {
  expect(fold([deposit, round])).toMatchObject({ cash: 700, bonus: 0 });
});

it('refuses what cannot be', () => {
  expect(() => fold([round])).toThrow('stakes more than there is');
  expect(() => fold([deposit, settled])).toThrow('never placed like this');
});
