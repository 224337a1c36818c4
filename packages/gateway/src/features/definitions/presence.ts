import type { MomentName } from '../expression.ts';
import { type FeatureDefinition, overWindows } from '../feature-definition.ts';
import { activeDays, countDays, day, days, number, ratio, some, sum, trend, wagerDays } from '../measures.ts';
import { sources } from '../sources.ts';

const now = (
  id: string,
  definition: string,
  expression: FeatureDefinition['expression'],
): FeatureDefinition => ({
  id,
  unit: 'days',
  window: 'now',
  definition: `${definition}; undefined where there is none`,
  version: 1,
  source: null,
  expression,
});

const since = (name: string, what: string, moment: MomentName) =>
  now(`days_since_${name}`, `Days since ${what}`, { daysSince: moment });

const minutes = (seconds: ReturnType<typeof sum>) => ratio(seconds, number(60));

/** How often the player is there, for how long, and since when. */
export const presence = [
  ...overWindows(
    ['7d', '30d', '90d'],
    'active_days',
    'days',
    'Days on which the player did something',
    activeDays,
  ),
  ...overWindows(
    ['90d'],
    'active_days_trend',
    'ratio',
    'Share of active days in the last 30 days over that',
    (w) => trend(activeDays, w),
  ),
  ...overWindows(
    ['7d', '30d', '90d'],
    'wager_days',
    'days',
    'Days with a bet or a casino round',
    wagerDays,
    sources.braverman2012,
  ),
  ...overWindows(
    ['30d', '90d'],
    'casino_days',
    'days',
    'Days with a casino round',
    (w) => countDays(w, some({ add: ['casino_rounds'] })),
    sources.labrie2008,
  ),
  ...overWindows(
    ['90d'],
    'wager_span',
    'days',
    'Days from the first day with a bet or a casino round to the last, both included,',
    (w) => ({ spanOf: days(w, some(day.wagers)) }),
    sources.labrie2007,
  ),
  ...overWindows(
    ['90d'],
    'wager_frequency',
    'share',
    'Days with a bet or a casino round over the days from the first of them to the last',
    (w) => ratio(wagerDays(w), { spanOf: days(w, some(day.wagers)) }),
    sources.labrie2007,
  ),
  ...overWindows(['7d', '30d', '90d'], 'sessions_count', 'count', 'Sessions started', (w) =>
    sum('sessions_count', w),
  ),
  ...overWindows(['30d', '90d'], 'session_minutes', 'minutes', 'Minutes in sessions that ended', (w) =>
    minutes(sum('session_seconds', w)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'average_session_minutes',
    'minutes',
    'Minutes in sessions that ended over the sessions started',
    (w) => ratio(minutes(sum('session_seconds', w)), sum('sessions_count', w)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'longest_day_minutes',
    'minutes',
    'Most minutes in the sessions that ended on one day',
    (w) => minutes({ maxOf: { add: ['session_seconds'] }, over: days(w) }),
  ),
  ...overWindows(
    ['30d', '90d'],
    'sessions_per_active_day',
    'count',
    'Sessions started over the days on which the player did something',
    (w) => ratio(sum('sessions_count', w), activeDays(w)),
  ),
  since('registration', 'the registration', 'registered_at'),
  since('first_deposit', 'the first approved deposit', 'first_deposit_at'),
  since('last_activity', 'the last thing that the player did', 'last_active_at'),
  since('last_session', 'the last start of a session', 'last_session_at'),
  since('last_deposit', 'the last approved deposit', 'last_deposit_at'),
  since('last_wager', 'the last bet or casino round', 'last_wager_at'),
  now('days_to_first_deposit', 'Days from the registration to the first approved deposit', {
    subtract: [{ daysSince: 'registered_at' }, { daysSince: 'first_deposit_at' }],
  }),
];
