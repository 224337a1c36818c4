import { overWindows } from '../feature-definition.ts';
import { countDays, day, days, less, moreThan, own, plus, ratio, some, sum, trend } from '../measures.ts';
import { sources } from '../sources.ts';

/** Money in and out, and how it comes in. */
export const payments = [
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
  ...overWindows(
    ['30d', '90d'],
    'deposits_failed_share',
    'share',
    'Failed deposits over failed and approved ones',
    (w) =>
      ratio(sum('deposits_failed_count', w), plus(sum('deposits_failed_count', w), sum('deposits_count', w))),
  ),
  ...overWindows(
    ['90d'],
    'average_deposit',
    'money',
    "Mean approved deposit in the account's currency",
    (w) => ratio(sum('deposits_amount', w), own('deposits_count', w)),
  ),
  ...overWindows(['30d', '90d'], 'deposit_days', 'days', 'Days with an approved deposit', (w) =>
    countDays(w, some(day.deposits)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'most_deposits_in_a_day',
    'count',
    'Most approved deposits in a day',
    (w) => ({ maxOf: day.deposits, over: days(w) }),
  ),
  ...overWindows(
    ['30d', '90d'],
    'largest_deposit_day',
    'money',
    'Largest sum of approved deposits in a day',
    (w) => ({ maxOf: day.deposited, over: days(w) }),
  ),
  ...overWindows(
    ['30d', '90d'],
    'deposit_burst_days',
    'days',
    'Days with three approved deposits or more',
    (w) => countDays(w, moreThan(day.deposits, 2)),
  ),
  ...overWindows(
    ['30d', '90d'],
    'deposits_per_session',
    'count',
    'Approved deposits over sessions started',
    (w) => ratio(sum('deposits_count', w), sum('sessions_count', w)),
    sources.hopfgartner2022,
  ),
  ...overWindows(
    ['90d'],
    'deposit_variability',
    'ratio',
    'Standard deviation of the sums deposited a day over their mean, of days with a deposit',
    (w) =>
      ratio(
        { deviationOf: day.deposited, over: days(w, some(day.deposited)) },
        { meanOf: day.deposited, over: days(w, some(day.deposited)) },
      ),
  ),
  ...overWindows(
    ['90d'],
    'deposits_trend',
    'ratio',
    'Deposits a day in the last 30 days over those a day',
    (w) => trend((of) => sum('deposits_amount', of), w),
  ),
  ...overWindows(['30d', 'lifetime'], 'withdrawals_count', 'count', 'Approved withdrawals', (w) =>
    sum('withdrawals_count', w),
  ),
  ...overWindows(['30d', 'lifetime'], 'withdrawals_amount', 'money', 'Sum of approved withdrawals', (w) =>
    sum('withdrawals_amount', w),
  ),
  ...overWindows(
    ['30d', '90d'],
    'withdrawals_cancelled_count',
    'count',
    'Withdrawals that the player took back',
    (w) => sum('withdrawals_cancelled_count', w),
    sources.haeusler2016,
  ),
  ...overWindows(
    ['90d'],
    'withdrawals_cancelled_share',
    'share',
    'Withdrawals that the player took back over those requested',
    (w) => ratio(sum('withdrawals_cancelled_count', w), sum('withdrawals_requested_count', w)),
    sources.haeusler2016,
  ),
  ...overWindows(
    ['30d', '90d', 'lifetime'],
    'net_deposits',
    'money',
    'Approved deposits less approved withdrawals',
    (w) => less(sum('deposits_amount', w), sum('withdrawals_amount', w)),
  ),
];
