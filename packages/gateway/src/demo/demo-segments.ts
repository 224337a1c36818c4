import type { Principal } from '../auth/principal.ts';
import { CrmbetError } from '../errors/crmbet-error.ts';
import type { Rule } from '../segments/rule.ts';
import type { SegmentsService } from '../services/segments/segments-service.ts';

/** Segments that a CRM manager would begin with. Money in centavos. */
const segments: { name: string; description: string; rule: Rule }[] = [
  {
    name: 'High rollers',
    description: 'Deposited R$ 5,000 or more in 30 days, may be contacted',
    rule: { all: [{ feature: 'deposits_amount_30d', op: 'gte', value: 500_000 }, { restricted: false }] },
  },
  {
    name: 'Active this week',
    description: 'Bet or played in the last 7 days',
    rule: { feature: 'days_since_last_wager', op: 'lt', value: 7 },
  },
  {
    name: 'Slipping away',
    description: 'Worth R$ 200 of GGR in 90 days, silent for two weeks',
    rule: {
      all: [
        { feature: 'ggr_90d', op: 'gte', value: 20_000 },
        { feature: 'days_since_last_wager', op: 'gte', value: 14 },
        { restricted: false },
      ],
    },
  },
  {
    name: 'New, no deposit yet',
    description: 'Registered in the last 14 days and never deposited',
    rule: {
      all: [
        { feature: 'days_since_registration', op: 'lt', value: 14 },
        { feature: 'deposits_count_lifetime', op: 'eq', value: 0 },
        { restricted: false },
      ],
    },
  },
  {
    name: 'Bonus hunters',
    description: 'Bonuses over 40 % of deposits in 90 days',
    rule: {
      all: [
        { feature: 'bonus_share_90d', op: 'gt', value: 0.4 },
        { feature: 'turnover_90d', op: 'gt', value: 0 },
      ],
    },
  },
  {
    name: 'Worth a careful look',
    description: 'Plays at night and keeps depositing: for the responsible-gambling team, not for marketing',
    rule: {
      all: [
        { feature: 'night_share_30d', op: 'gt', value: 0.4 },
        {
          any: [
            { feature: 'deposits_count_7d', op: 'gte', value: 8 },
            { feature: 'withdrawals_cancelled_count_30d', op: 'gte', value: 2 },
          ],
        },
        { restricted: false },
      ],
    },
  },
];

/** Creates those that are missing; a segment that somebody deleted by hand comes back at the next start. */
export async function createDemoSegments(service: SegmentsService, principal: Principal): Promise<number> {
  const { data } = await service.list(principal, { limit: 1000 });
  const known = new Set(data.map(({ name }) => name));
  for (const segment of segments) {
    if (known.has(segment.name)) continue;
    try {
      await service.create(principal, segment);
    } catch (error) {
      // Another gateway over the same database was quicker.
      if (!(error instanceof CrmbetError && error.code === 'name_taken')) throw error;
    }
  }
  return segments.length;
}
