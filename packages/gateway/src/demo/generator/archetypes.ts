/** How a kind of player behaves. Rates are per day, stakes and deposits in centavos, shares from 0 to 1. */
export type Archetype = {
  /** Share of the population. */
  readonly share: number;
  /** Active days per day, before weekday, match day and payday. */
  readonly activity: number;
  /** How much match days decide when this player comes: 0 not at all. */
  readonly followsFootball: number;
  /** Share of the bets that are sports bets. */
  readonly sports: number;
  /** Mean bets (or casino entries) in a session, after the first. */
  readonly actions: number;
  /** Median stake of a sports bet; median of its spread between players and between bets. */
  readonly stake: number;
  /** Median stake of a casino round. */
  readonly spin: number;
  /** Weights of slots, live, table and crash games. */
  readonly games: readonly [slots: number, live: number, table: number, crash: number];
  /** Median deposit. */
  readonly deposit: number;
  /** Chance to deposit again when the money is gone. */
  readonly chase: number;
  /** Chance to withdraw when well ahead. */
  readonly withdraws: number;
  /** Chance that a withdrawal is taken back. */
  readonly reverses: number;
  /** Chance of a bonus with a deposit. */
  readonly bonus: number;
  /** The hours that this player likes, in local time. */
  readonly hours: keyof typeof hourWeights;
  /** Mean days until a lapse begins. */
  readonly stays: number;
};

/** Weights of the 24 hours. */
export const hourWeights = {
  evening: [2, 1, 0, 0, 0, 0, 1, 2, 2, 2, 3, 4, 6, 4, 3, 3, 4, 5, 8, 11, 13, 12, 8, 4],
  office: [0, 0, 0, 0, 0, 0, 2, 5, 9, 11, 11, 9, 7, 8, 9, 9, 8, 7, 5, 3, 2, 2, 1, 0],
  late: [12, 8, 4, 2, 1, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 6, 8, 10, 12, 13],
  night: [17, 16, 14, 10, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 5, 9, 13],
} as const;

const base: Archetype = {
  share: 0,
  activity: 0.03,
  followsFootball: 0.5,
  sports: 0.6,
  actions: 1.4,
  stake: 1000,
  spin: 100,
  games: [7, 1, 1, 3],
  deposit: 4000,
  chase: 0.12,
  withdraws: 0.25,
  reverses: 0.06,
  bonus: 0.08,
  hours: 'evening',
  stays: 120,
};

/** Names are stable: tests and the README use them. */
export const archetypes = {
  casual: { ...base, share: 0.34 },
  sports_regular: {
    ...base,
    share: 0.17,
    activity: 0.095,
    followsFootball: 1,
    sports: 0.97,
    actions: 2,
    stake: 2200,
    deposit: 10_000,
    chase: 0.2,
    stays: 200,
  },
  slots_player: {
    ...base,
    share: 0.15,
    activity: 0.08,
    followsFootball: 0,
    sports: 0.03,
    actions: 2.9,
    spin: 120,
    games: [14, 0, 1, 2],
    deposit: 6000,
    chase: 0.3,
    stays: 150,
  },
  live_casino_owl: {
    ...base,
    share: 0.07,
    activity: 0.09,
    followsFootball: 0,
    sports: 0.02,
    actions: 3.4,
    spin: 2500,
    games: [1, 14, 2, 1],
    deposit: 25_000,
    chase: 0.3,
    hours: 'night',
    stays: 200,
  },
  bonus_hunter: {
    ...base,
    share: 0.07,
    activity: 0.08,
    followsFootball: 0.2,
    sports: 0.55,
    actions: 2.4,
    stake: 1500,
    spin: 80,
    deposit: 3000,
    chase: 0.02,
    withdraws: 0.85,
    bonus: 0.92,
    hours: 'office',
    stays: 300,
  },
  vip: {
    ...base,
    share: 0.03,
    activity: 0.27,
    followsFootball: 0.5,
    sports: 0.55,
    actions: 3.2,
    stake: 35_000,
    spin: 4000,
    games: [3, 8, 2, 2],
    deposit: 250_000,
    chase: 0.4,
    withdraws: 0.4,
    bonus: 0.15,
    hours: 'late',
    stays: 500,
  },
  lapsed_returner: { ...base, share: 0.08, activity: 0.12, actions: 2, stake: 1500, stays: 25 },
  new_registrant: { ...base, share: 0.05, activity: 0.14, actions: 1.8, stake: 800, bonus: 0.35, stays: 40 },
  at_risk: {
    ...base,
    share: 0.025,
    activity: 0.17,
    followsFootball: 0.2,
    sports: 0.35,
    actions: 3.4,
    stake: 4000,
    spin: 800,
    games: [8, 5, 1, 5],
    deposit: 7000,
    chase: 0.9,
    withdraws: 0.2,
    reverses: 0.5,
    hours: 'late',
    stays: 600,
  },
  self_excluded: {
    ...base,
    share: 0.015,
    activity: 0.17,
    followsFootball: 0.2,
    sports: 0.4,
    actions: 3,
    stake: 3000,
    spin: 400,
    deposit: 10_000,
    chase: 0.6,
    reverses: 0.3,
    hours: 'late',
    stays: 600,
  },
} satisfies Record<string, Archetype>;

export type ArchetypeName = keyof typeof archetypes;

export const archetypeNames: readonly ArchetypeName[] = [
  'casual',
  'sports_regular',
  'slots_player',
  'live_casino_owl',
  'bonus_hunter',
  'vip',
  'lapsed_returner',
  'new_registrant',
  'at_risk',
  'self_excluded',
];
