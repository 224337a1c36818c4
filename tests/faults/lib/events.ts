import { Rng } from '../../../packages/gateway/src/demo/generator/rng.ts';

/** What an operator's systems send, made from a seed and a number alone, so that the truth need not be kept. */

const dayMs = 86_400_000;

export type World = {
  seed: number;
  /** Begins every id, so that cases on one database do not meet. */
  prefix: string;
  /** The moment that events are dated from, in milliseconds. */
  from: number;
  players: number;
};

export type WireEvent = {
  id: string;
  type: string;
  player: string;
  time: string;
  data: Record<string, unknown>;
};

/** One thing to send: the event of this number, or another body under the same id. */
export type Item = { n: number; rival: boolean };

const badShare = 0.03;
/** The n of an id of ours; -1 of any other. */
export const numberOf = (world: World, id: string): number =>
  id.startsWith(`${world.prefix}-`) ? Number(id.slice(world.prefix.length + 1)) : -1;

export const idOf = (world: World, n: number): string => `${world.prefix}-${n}`;
export const isBad = (world: World, n: number): boolean => new Rng(world.seed, n, 7).chance(badShare);

/** The event of this number; as a rival, with another time or another amount under the same id. */
export function eventOf(world: World, { n, rival }: Item): WireEvent {
  const rng = new Rng(world.seed, n);
  // Some players are busy, so that their rows are fought over.
  const player = rng.chance(0.2) ? rng.int(0, 9) : rng.int(0, world.players - 1);
  const { type, data } = bodyOf(rng, n);
  const otherTime = rival && (n % 2 === 0 || !('currency' in data));
  const at = momentOf(rng, world.from) + (otherTime ? 1000 : 0);
  if (rival && !otherTime) {
    for (const field of ['amount', 'stake']) if (field in data) data[field] = Number(data[field]) + 1;
  }
  return { id: idOf(world, n), type, player: `${world.prefix}-p${player}`, time: timeText(rng, at), data };
}

/** Mostly of now and in any order; some late by days, some by weeks. */
function momentOf(rng: Rng, from: number): number {
  const kind = rng.weighted([70, 20, 10]);
  if (kind === 0) return from - rng.int(0, 3_600_000);
  if (kind === 1) return from - rng.int(0, 3 * dayMs);
  return from - rng.int(0, 25 * dayMs);
}

/** The same moment in any zone. */
function timeText(rng: Rng, at: number): string {
  const hours = rng.pick([0, 0, -3, 9]);
  const text = new Date(at + hours * 3_600_000).toISOString().slice(0, -1);
  return hours === 0 ? `${text}Z` : `${text}${hours < 0 ? '-' : '+'}0${Math.abs(hours)}:00`;
}

function bodyOf(rng: Rng, n: number): { type: string; data: Record<string, unknown> } {
  const currency = rng.chance(0.95) ? 'BRL' : 'USD';
  const amount = rng.int(1, 1_000_000);
  const money = { amount, currency };
  const bets = { betId: `b${n}`, stake: amount, currency };
  const message = { messageId: `m${n}`, channel: 'email' };
  return rng.pick<{ type: string; data: Record<string, unknown> }>([
    { type: 'deposit.approved', data: { ...money, method: 'pix' } },
    { type: 'deposit.approved', data: { amount: String(amount), currency } },
    { type: 'withdrawal.approved', data: money },
    { type: 'bet.placed', data: { ...bets, sport: 'football' } },
    { type: 'bet.placed', data: bets },
    { type: 'bet.settled', data: { ...bets, payout: rng.int(0, 5000), outcome: 'won' } },
    {
      type: 'casino.round',
      data: { game: 'g', stake: amount, payout: rng.int(0, 9000), currency, rounds: 3 },
    },
    { type: 'session.started', data: { sessionId: `s${n}` } },
    { type: 'session.ended', data: { sessionId: `s${n}`, durationSeconds: rng.int(1, 7200) } },
    { type: 'message.sent', data: message },
    { type: 'player.updated', data: { vipLevel: rng.pick(['gold', 'silver']), country: 'BR' } },
    { type: 'quest.completed', data: { quest: `q"${n % 7}\\ é🎲`, steps: [1, { deep: null }] } },
  ]);
}

/** The event of this number with one thing wrong. */
export function badEventOf(world: World, n: number): unknown {
  const { data, ...envelope } = eventOf(world, { n, rival: false });
  return new Rng(world.seed, n, 8).pick<unknown>([
    envelope,
    { ...envelope, data, time: '2026-05-05' },
    { ...envelope, data, extra: true },
    { ...envelope, type: 'deposit.approved', data: { amount: -1, currency: 'BRL' } },
    { ...envelope, type: 'deposit.approved', data: { amount: 1.5, currency: 'BRL' } },
    { ...envelope, type: 'Not A Type', data },
    { ...envelope, player: '', data },
  ]);
}

export const wireOf = (world: World, item: Item): unknown =>
  isBad(world, item.n) ? badEventOf(world, item.n) : eventOf(world, item);
