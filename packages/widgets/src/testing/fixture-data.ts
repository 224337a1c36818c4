import type {
  Cluster,
  ClusterPoint,
  Feature,
  LiveEvent,
  Model,
  Player,
  PlayerDay,
  PlayerSummary,
  Restriction,
  Segment,
  StoredEvent,
} from '../data/wire.ts';
import { dayOf, daysUntil } from '../format/days.ts';
import { normal, seeded } from './random.ts';

/** A made-up operator's players: the same for the same seed, kinds that cluster, a few restricted. */

const kinds = [
  { share: 0.36, x: -2.2, y: -0.7, spread: 0.7, deposit: 4000, deposits: 3, margin: 0.08 },
  { share: 0.24, x: 0.4, y: 1.6, spread: 0.75, deposit: 9000, deposits: 14, margin: 0.06 },
  { share: 0.17, x: 1.6, y: -1.7, spread: 0.8, deposit: 12_000, deposits: 16, margin: 0.04 },
  { share: 0.12, x: -3.4, y: 2.2, spread: 0.55, deposit: 5000, deposits: 5, margin: 0.07 },
  { share: 0.07, x: -0.9, y: -3.2, spread: 0.5, deposit: 3000, deposits: 8, margin: -0.02 },
  { share: 0.04, x: 4.4, y: 0.9, spread: 1.1, deposit: 160_000, deposits: 42, margin: 0.05 },
] as const;

/** Which kind a draw from 0 to 1 falls on. */
function kindAt(draw: number): number {
  let passed = 0;
  const found = kinds.findIndex(({ share }) => {
    passed += share;
    return draw < passed;
  });
  return Math.max(0, found);
}

export const modelId = '0190b6a0-0000-7000-8000-000000000001';
const segmentId = (index: number) => `0190b6a0-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`;

const feature = (id: string, unit: Feature['unit'], definition: string): Feature => ({
  id,
  unit,
  window: (['7d', '30d', '90d', 'lifetime'] as const).find((window) => id.endsWith(`_${window}`)) ?? 'now',
  definition,
  version: 1,
  source: null,
  model: null,
});

export const features: Feature[] = [
  ...(['7d', '30d', '90d', 'lifetime'] as const).flatMap((window) => [
    feature(`deposits_count_${window}`, 'count', 'Approved deposits'),
    feature(`deposits_amount_${window}`, 'money', 'Sum of approved deposits'),
    feature(`turnover_${window}`, 'money', 'Stakes of bets and casino rounds'),
    feature(`ggr_${window}`, 'money', 'Stakes less payouts'),
  ]),
  ...(['30d', '90d'] as const).flatMap((window) => [
    feature(
      `average_stake_${window}`,
      'money',
      "Turnover over the number of bets and rounds, both in the account's currency,",
    ),
    feature(`casino_share_${window}`, 'share', 'Casino stakes over all stakes'),
    feature(`night_share_${window}`, 'share', 'Bets and rounds between midnight and 06:00 over all'),
    feature(`weekend_share_${window}`, 'share', 'Bets and rounds on Saturdays and Sundays over all'),
    feature(`bets_count_${window}`, 'count', 'Bets placed'),
    feature(`casino_rounds_${window}`, 'count', 'Casino rounds'),
    feature(`active_days_${window}`, 'days', 'Days on which the player did something'),
  ]),
  feature('days_since_last_deposit', 'days', 'Days since the last approved deposit'),
  feature('days_since_last_wager', 'days', 'Days since the last bet or casino round'),
  feature('days_since_registration', 'days', 'Days since the registration'),
];

const traits: Cluster['traits'][] = [
  [
    { feature: 'bets_count_90d', direction: 'low', strength: 'large', effect: -0.9 },
    { feature: 'active_days_30d', direction: 'low', strength: 'medium', effect: -0.7 },
    { feature: 'average_stake_90d', direction: 'low', strength: 'medium', effect: -0.5 },
  ],
  [
    { feature: 'bets_count_90d', direction: 'high', strength: 'large', effect: 1.3 },
    { feature: 'weekend_share_90d', direction: 'high', strength: 'large', effect: 0.8 },
    { feature: 'casino_share_90d', direction: 'low', strength: 'medium', effect: -0.7 },
  ],
  [
    { feature: 'casino_share_90d', direction: 'high', strength: 'large', effect: 1.6 },
    { feature: 'night_share_90d', direction: 'high', strength: 'large', effect: 1.1 },
    { feature: 'casino_rounds_90d', direction: 'high', strength: 'large', effect: 0.9 },
  ],
  [
    { feature: 'days_since_last_wager', direction: 'high', strength: 'large', effect: 2.2 },
    { feature: 'turnover_90d', direction: 'low', strength: 'medium', effect: -0.6 },
  ],
  [
    { feature: 'bonus_share_90d', direction: 'high', strength: 'large', effect: 2.4 },
    { feature: 'ggr_90d', direction: 'low', strength: 'medium', effect: -0.4 },
  ],
  [
    { feature: 'deposits_amount_90d', direction: 'high', strength: 'large', effect: 3.1 },
    { feature: 'average_stake_90d', direction: 'high', strength: 'large', effect: 2.6 },
    { feature: 'sessions_count_90d', direction: 'high', strength: 'large', effect: 0.9 },
  ],
];

export type FixtureData = {
  players: PlayerSummary[];
  byId: Map<string, PlayerSummary>;
  points: ClusterPoint[];
  clusters: Cluster[];
  segments: Segment[];
  model: Model;
};

export function makeFixtureData(count: number, seed: number, now: number): FixtureData {
  const random = seeded(seed);
  const iso = (at: number) => new Date(at).toISOString();
  const brl = (amount: number) => ({ amount: String(Math.round(amount)), currency: 'BRL' });
  const points: ClusterPoint[] = [];
  const players = Array.from({ length: count }, (_, index): PlayerSummary => {
    const cluster = kindAt(random());
    const kind = kinds[cluster] ?? kinds[0];
    const id = `p-${String(100_000 + ((index * 7919) % 900_000))}`;
    const deposits = Math.max(0, Math.round(kind.deposits * Math.exp(normal(random) * 0.6)));
    const deposited = deposits * kind.deposit * Math.exp(normal(random) * 0.5);
    const turnover = deposited * (2.5 + random() * 6);
    const registered = now - (5 + random() * 700) * 86_400_000;
    const idle = cluster === 3 ? 40 + random() * 120 : random() ** 3 * 20;
    points.push({
      player: id,
      x: kind.x + normal(random) * kind.spread,
      y: kind.y + normal(random) * kind.spread,
      cluster,
    });
    return {
      id,
      brand: random() < 0.7 ? 'arenasul' : 'sulbet',
      country: random() < 0.93 ? 'BR' : random() < 0.5 ? 'PT' : 'AR',
      vipLevel:
        cluster === 5
          ? random() < 0.4
            ? 'platinum'
            : 'gold'
          : cluster === 2 && random() < 0.2
            ? 'silver'
            : null,
      currency: 'BRL',
      registeredAt: iso(registered),
      lastActiveAt: iso(Math.max(registered, now - idle * 86_400_000)),
      deposits: { count: deposits, money: brl(deposited) },
      turnover: brl(turnover),
      ggr: brl(turnover * (kind.margin + normal(random) * 0.05)),
      restricted: random() < 0.018,
      cluster: { model: modelId, modelName: 'Behaviour, 90 days', cluster },
      segments: [0, 1, 2, 3]
        .filter((segment) => random() < (segment === 0 && cluster === 5 ? 0.9 : 0.12))
        .map(segmentId),
    };
  });
  const clusters = kinds.map((_, index): Cluster => {
    const size = players.filter(({ cluster }) => cluster?.cluster === index).length;
    return { index, size, share: size / count, traits: traits[index] ?? [], features: [] };
  });
  const names: [string, Segment['rule']][] = [
    [
      'High rollers',
      {
        all: [
          { feature: 'deposits_amount_30d', op: 'gte', value: 500_000 },
          { attribute: 'country', op: 'in', values: ['BR'] },
        ],
      },
    ],
    [
      'Weekend punters',
      { all: [{ feature: 'weekend_share_30d', op: 'gt', value: 0.6 }, { not: { restricted: true } }] },
    ],
    [
      'At risk of leaving',
      {
        all: [
          { feature: 'days_since_last_wager', op: 'gte', value: 14 },
          { feature: 'deposits_count_90d', op: 'gte', value: 3 },
        ],
      },
    ],
    [
      'Night casino',
      {
        any: [
          { feature: 'night_share_30d', op: 'gt', value: 0.4 },
          { feature: 'casino_share_30d', op: 'gte', value: 0.8 },
        ],
      },
    ],
  ];
  const segments = names.map(
    ([name, rule], index): Segment => ({
      id: segmentId(index),
      name,
      description: null,
      kind: 'rule',
      rule,
      size: players.filter((player) => player.segments.includes(segmentId(index))).length,
      createdAt: iso(now - 86_400_000 * (index + 1)),
      evaluatedAt: iso(now),
    }),
  );
  const model: Model = {
    id: modelId,
    name: 'Behaviour, 90 days',
    purpose: 'clusters',
    activeVersion: 1,
    version: 1,
    experiment: null,
    algorithm: 'kmeans',
    parameters: { k: kinds.length },
    features: ['deposits_amount_90d'],
    seed: 1,
    state: 'ready',
    job: '0190b6a0-0000-7000-8000-000000000201',
    players: count,
    metrics: { inertia: 1, iterations: 17, converged: true },
    device: 'relaxed',
    createdAt: iso(now - 3_600_000),
    trainedAt: iso(now - 3_590_000),
  };
  return {
    players,
    byId: new Map(players.map((player) => [player.id, player])),
    points,
    clusters: clusters.toSorted((a, b) => b.size - a.size),
    segments,
    model,
  };
}

/** The whole player behind a summary. */
export function fullPlayer(summary: PlayerSummary, data: FixtureData, now: number): Player {
  const random = seeded(Number(summary.id.slice(2)));
  const { segments: _ids, ...rest } = summary;
  const share = { money: Number(summary.turnover.amount), count: summary.deposits.count };
  const ofWindow = { '7d': 0.05, '30d': 0.2, '90d': 0.5, lifetime: 1, now: 1 } as const;
  const value = ({ id, unit, window }: Feature): number | null => {
    if (unit === 'share') return random() < 0.06 ? null : random();
    if (unit === 'days') return Math.round(random() * (window === 'now' ? 60 : 12));
    if (unit === 'money')
      return Math.round(
        share.money *
          ofWindow[window] *
          (id.startsWith('average') ? 0.002 : id.startsWith('ggr') ? 0.05 : 0.4),
      );
    return Math.round(share.count * ofWindow[window] * (id.startsWith('bets') ? 9 : 1));
  };
  const restrictions: Restriction[] = summary.restricted
    ? [
        {
          restriction: 'self_exclusion',
          scope: 'centralised',
          since: new Date(now - 12 * 86_400_000).toISOString(),
          endsAt: new Date(now + 170 * 86_400_000).toISOString(),
        },
      ]
    : [];
  const money = (amount: number) => ({ amount: String(Math.round(amount)), currency: 'BRL' });
  return {
    ...rest,
    profile: {},
    restrictions,
    withdrawals: {
      count: Math.round(share.count / 3),
      money: money(Number(summary.deposits.money.amount) * 0.7),
    },
    bonuses: {
      count: Math.round(share.count / 5),
      money: money(Number(summary.deposits.money.amount) * 0.04),
    },
    ngr: money(Number(summary.ggr.amount) * 0.9),
    features: Object.fromEntries(features.map((each) => [each.id, value(each)])),
    scores: [],
    segments: data.segments
      .filter(({ id }) => summary.segments.includes(id))
      .map(({ id, name }) => ({ id, name, enteredAt: new Date(now - 5 * 86_400_000).toISOString() })),
  };
}

export function playerDays(summary: PlayerSummary, days: number, now: number): PlayerDay[] {
  const random = seeded(Number(summary.id.slice(2)) + 1);
  const perDay = Number(summary.deposits.money.amount) / 40;
  return daysUntil(dayOf(now), days).flatMap((day): PlayerDay[] => {
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    if (random() > (weekend ? 0.8 : 0.42)) return [];
    const deposits = perDay * Math.exp(normal(random) * 0.7);
    const turnover = deposits * (2 + random() * 4);
    const digits = (amount: number) => String(Math.round(amount));
    return [
      {
        day,
        currency: 'BRL',
        deposits: digits(deposits),
        withdrawals: '0',
        turnover: digits(turnover),
        ggr: digits(turnover * (0.06 + normal(random) * 0.3)),
        wagers: Math.round(3 + random() * 20),
        sessions: 1,
      },
    ];
  });
}

/** One thing that a player does, as event number `index`. */
export function anEvent(index: number, player: string, at: number, random: () => number): LiveEvent {
  const currency = 'BRL';
  const amount = Math.round(1500 * Math.exp(normal(random)));
  const choices: [string, Record<string, unknown>][] = [
    [
      'bet.placed',
      {
        betId: `b-${index}`,
        stake: amount,
        currency,
        sport: 'football',
        odds: (1.3 + random() * 4).toFixed(2),
      },
    ],
    [
      'bet.settled',
      {
        betId: `b-${index}`,
        stake: amount,
        payout: Math.round(amount * 1.9),
        currency,
        sport: 'football',
        outcome: random() < 0.5 ? 'won' : 'lost',
      },
    ],
    [
      'casino.round',
      {
        game: 'fortune_tiger',
        gameType: 'slots',
        stake: Math.round(amount / 4),
        payout: 0,
        currency,
        rounds: 1 + Math.floor(random() * 40),
      },
    ],
    ['deposit.approved', { amount: amount * 3, currency, method: 'pix' }],
    ['session.started', { sessionId: `s-${index}`, device: 'mobile' }],
    ['casino.round', { game: 'aviator', gameType: 'crash', stake: amount, payout: amount * 2, currency }],
    ['withdrawal.approved', { amount: amount * 5, currency, method: 'pix' }],
    ['bonus.granted', { bonusId: `bo-${index}`, amount: 1000, currency, kind: 'free_spins' }],
  ];
  const [type, data] = choices[Math.floor(random() ** 1.4 * choices.length)] ?? ['quest.completed', {}];
  return { id: `e-${index}`, type, player, time: new Date(at).toISOString(), brand: 'arenasul', data };
}

export function playerEvents(summary: PlayerSummary, count: number): StoredEvent[] {
  const random = seeded(Number(summary.id.slice(2)) + 2);
  let at = Date.parse(summary.lastActiveAt ?? '2026-01-01T00:00:00Z');
  return Array.from({ length: count }, (_, index) => {
    at -= index === 0 ? 0 : 60_000 + random() * 7_200_000;
    const event = anEvent(index, summary.id, at, random);
    return { ...event, id: `${summary.id}-${index}`, source: 'server', receivedAt: event.time };
  });
}
