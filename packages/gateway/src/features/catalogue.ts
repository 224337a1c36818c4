import type { Counter } from '../ingest/counters.ts';

/** A span of whole days that ends today, in the tenant's zone; or all of a player's life. */
export type Window = '7d' | '30d' | '90d' | 'lifetime';

/** The moments of `player_state` that a feature may count days from. */
export type MomentName =
  | 'registered_at'
  | 'last_active_at'
  | 'last_deposit_at'
  | 'last_wager_at'
  | 'last_session_at';

/** How a feature is worked out. One tree, read by two interpreters: to SQL and in memory. */
export type Expression =
  | { sum: Counter; window: Window }
  /** Of a count too only what stands beside money in the account's currency; a lifetime does not keep the two apart. */
  | { sum: Counter; window: Exclude<Window, 'lifetime'>; ownCurrency: true }
  | { number: number }
  /** Days on which the player did something. */
  | { activeDays: Exclude<Window, 'lifetime'> }
  | { daysSince: MomentName }
  | { add: Expression[] }
  | { subtract: [Expression, Expression] }
  /** Undefined where the divisor is zero. */
  | { divide: [Expression, Expression] };

export type FeatureUnit = 'money' | 'count' | 'share' | 'days' | 'minutes';

export type FeatureDefinition = {
  id: string;
  unit: FeatureUnit;
  window: Window | 'now';
  definition: string;
  version: number;
  expression: Expression;
};

const sum = (counter: Counter, window: Window): Expression => ({ sum: counter, window });
const turnover = (window: Window): Expression => ({
  add: [sum('bets_stake', window), sum('casino_stake', window)],
});
const payouts = (window: Window): Expression => ({
  add: [sum('bets_payout', window), sum('casino_payout', window)],
});
const ggr = (window: Window): Expression => ({ subtract: [turnover(window), payouts(window)] });
const own = (counter: Counter, window: Exclude<Window, 'lifetime'>): Expression => ({
  sum: counter,
  window,
  ownCurrency: true,
});
const wagers = (window: Window): Expression => ({
  add: [sum('bets_count', window), sum('casino_rounds', window)],
});

const days: Record<Window, string> = {
  '7d': 'in the last 7 days',
  '30d': 'in the last 30 days',
  '90d': 'in the last 90 days',
  lifetime: 'since the first event',
};

const define = (
  name: string,
  unit: FeatureUnit,
  window: Window,
  definition: string,
  expression: Expression,
): FeatureDefinition => ({
  id: `${name}_${window}`,
  unit,
  window,
  definition: `${definition} ${days[window]}`,
  version: 1,
  expression,
});

const overWindows = <W extends Window>(
  windows: W[],
  name: string,
  unit: FeatureUnit,
  definition: string,
  expression: (window: W) => Expression,
) => windows.map((window) => define(name, unit, window, definition, expression(window)));

const since = (name: string, definition: string, moment: MomentName): FeatureDefinition => ({
  id: `days_since_${name}`,
  unit: 'days',
  window: 'now',
  definition: `Days since ${definition}; undefined where there is none`,
  version: 1,
  expression: { daysSince: moment },
});

/** Everything that rules and models may refer to. Counts are of all currencies; money is in minor units of the account's. */
export const features: readonly FeatureDefinition[] = [
  ...overWindows(['7d', '30d', '90d', 'lifetime'], 'deposits_count', 'count', 'Approved deposits', (w) =>
    sum('deposits_count', w),
  ),
  ...overWindows(
    ['7d', '30d', '90d', 'lifetime'],
    'deposits_amount',
    'money',
    'Sum of approved deposits',
    (w) => sum('deposits_amount', w),
  ),
  ...overWindows(['7d', '30d'], 'deposits_failed_count', 'count', 'Failed deposits', (w) =>
    sum('deposits_failed_count', w),
  ),
  ...overWindows(['30d', 'lifetime'], 'withdrawals_amount', 'money', 'Sum of approved withdrawals', (w) =>
    sum('withdrawals_amount', w),
  ),
  ...overWindows(
    ['30d'],
    'withdrawals_cancelled_count',
    'count',
    'Withdrawals that the player took back',
    (w) => sum('withdrawals_cancelled_count', w),
  ),
  ...overWindows(
    ['7d', '30d', '90d', 'lifetime'],
    'turnover',
    'money',
    'Stakes of bets and casino rounds',
    turnover,
  ),
  ...overWindows(['7d', '30d', '90d', 'lifetime'], 'ggr', 'money', 'Stakes less payouts', ggr),
  ...overWindows(['30d', '90d', 'lifetime'], 'ngr', 'money', 'GGR less converted bonuses', (w) => ({
    subtract: [ggr(w), sum('bonuses_converted_amount', w)],
  })),
  ...overWindows(['7d', '30d', '90d'], 'bets_count', 'count', 'Bets placed', (w) => sum('bets_count', w)),
  ...overWindows(['7d', '30d', '90d'], 'casino_rounds', 'count', 'Casino rounds', (w) =>
    sum('casino_rounds', w),
  ),
  ...overWindows(
    ['30d', '90d'],
    'average_stake',
    'money',
    "Turnover over the number of bets and rounds, both in the account's currency,",
    (w) => ({ divide: [turnover(w), { add: [own('bets_count', w), own('casino_rounds', w)] }] }),
  ),
  ...overWindows(
    ['90d'],
    'average_deposit',
    'money',
    "Mean approved deposit in the account's currency",
    (w) => ({
      divide: [sum('deposits_amount', w), own('deposits_count', w)],
    }),
  ),
  ...overWindows(['30d', '90d'], 'casino_share', 'share', 'Casino stakes over all stakes', (w) => ({
    divide: [sum('casino_stake', w), turnover(w)],
  })),
  ...overWindows(['30d', '90d'], 'bonus_share', 'share', 'Granted bonuses over deposits', (w) => ({
    divide: [sum('bonuses_granted_amount', w), sum('deposits_amount', w)],
  })),
  ...overWindows(
    ['30d', '90d'],
    'night_share',
    'share',
    'Bets and rounds between midnight and 06:00 over all',
    (w) => ({ divide: [sum('night_wagers', w), wagers(w)] }),
  ),
  ...overWindows(
    ['30d', '90d'],
    'weekend_share',
    'share',
    'Bets and rounds on Saturdays and Sundays over all',
    (w) => ({ divide: [sum('weekend_wagers', w), wagers(w)] }),
  ),
  ...(['7d', '30d', '90d'] as const).map((w) =>
    define('active_days', 'days', w, 'Days on which the player did something', { activeDays: w }),
  ),
  ...overWindows(['7d', '30d', '90d'], 'sessions_count', 'count', 'Sessions started', (w) =>
    sum('sessions_count', w),
  ),
  ...overWindows(['30d'], 'session_minutes', 'minutes', 'Minutes in sessions that ended', (w) => ({
    divide: [sum('session_seconds', w), { number: 60 }],
  })),
  ...overWindows(['30d'], 'messages_sent', 'count', 'Messages sent to the player', (w) =>
    sum('messages_sent', w),
  ),
  ...overWindows(['30d'], 'messages_opened', 'count', 'Messages that the player opened', (w) =>
    sum('messages_opened', w),
  ),
  since('registration', 'the registration', 'registered_at'),
  since('last_activity', 'the last thing that the player did', 'last_active_at'),
  since('last_session', 'the last start of a session', 'last_session_at'),
  since('last_deposit', 'the last approved deposit', 'last_deposit_at'),
  since('last_wager', 'the last bet or casino round', 'last_wager_at'),
];

export const featureById: ReadonlyMap<string, FeatureDefinition> = new Map(
  features.map((feature) => [feature.id, feature]),
);
