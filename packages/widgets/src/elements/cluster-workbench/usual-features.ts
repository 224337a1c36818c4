/** What tells players apart in most books, as the gateway's own trainings have it: how much, how often, how lately, at what, when. */
export const usualFeatures: readonly string[] = [
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
