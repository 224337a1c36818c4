import type { TrainedAlgorithm } from './algorithms.ts';

/** What tells players apart in most books: how much, how often, how lately, at what, and when. */
const general = [
  'deposits_amount_90d',
  'deposits_count_90d',
  'turnover_90d',
  'ggr_90d',
  'average_stake_90d',
  'bets_count_90d',
  'casino_rounds_90d',
  'casino_share_90d',
  'bonus_share_90d',
  'night_share_90d',
  'weekend_share_90d',
  'active_days_90d',
  'sessions_count_90d',
  'days_since_last_activity',
];

const recencyFrequencyMoney = ['days_since_last_activity', 'active_days_90d', 'ggr_90d'];

/** For a caller who names none. */
export const defaultFeatures = (algorithm: TrainedAlgorithm): readonly string[] =>
  algorithm === 'rfm' || algorithm === 'customer_value' ? recencyFrequencyMoney : general;
