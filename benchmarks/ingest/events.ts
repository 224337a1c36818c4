/** The events of a derby's final minutes, always the same for the same seed. */

/** A small generator of uniform numbers in [0, 1), by Tommy Ettinger's mulberry32. */
export function randomBy(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Population = {
  players: number;
  /** The share of events that the most active fifth of the players brings: 0.2 is everybody alike. */
  topFifth: number;
};

export type MadeEvent = { id: string; type: string; player: string; time: string; data: object };

/** Settled bets above all, then casino rounds, new bets, deposits and sessions. */
export function* events(
  count: number,
  { population, seed, startMs }: { population: Population; seed: number; startMs: number },
): Generator<MadeEvent> {
  const random = randomBy(seed);
  const top = Math.floor(population.players / 5);
  const playerOf = () =>
    random() < population.topFifth
      ? Math.floor(random() * top)
      : top + Math.floor(random() * (population.players - top));
  for (let n = 0; n < count; n += 1) {
    const time = new Date(startMs + n / 100).toISOString();
    const id = `${seed.toString(36)}-${n.toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}`;
    yield { id, player: `player-${playerOf()}`, time, ...made(random, n) };
  }
}

function made(random: () => number, n: number): { type: string; data: object } {
  const kind = random();
  const stake = 100 + Math.floor(random() * 20_000);
  const currency = 'BRL';
  if (kind < 0.6) {
    const won = random() < 0.4;
    const payout = won ? Math.floor(stake * (1.2 + random() * 4)) : 0;
    const outcome = won ? 'won' : 'lost';
    return {
      type: 'bet.settled',
      data: { betId: `b-${n}`, stake, payout, currency, sport: 'football', outcome },
    };
  }
  if (kind < 0.8) {
    const payout = Math.floor(stake * random() * 1.9);
    return { type: 'casino.round', data: { game: 'fortune-ox', gameType: 'slots', stake, payout, currency } };
  }
  if (kind < 0.93)
    return {
      type: 'bet.placed',
      data: { betId: `b-${n}`, stake, currency, sport: 'football', odds: '1.85', live: true },
    };
  if (kind < 0.97) return { type: 'deposit.approved', data: { amount: stake * 10, currency, method: 'pix' } };
  return { type: 'session.started', data: { sessionId: `s-${n}`, device: 'mobile' } };
}

/** Request bodies of `size` events each; single events stand alone, as a caller would send them. */
export function bodies(made: Iterable<MadeEvent>, size: number): string[] {
  const result: string[] = [];
  let batch: MadeEvent[] = [];
  const flush = () => {
    if (batch.length > 0)
      result.push(size === 1 ? JSON.stringify(batch[0]) : JSON.stringify({ events: batch }));
    batch = [];
  };
  for (const event of made) {
    batch.push(event);
    if (batch.length === size) flush();
  }
  flush();
  return result;
}
