import type { DayCondition, Days, DayValue } from './expression.ts';
import type { FeatureDefinition } from './feature-definition.ts';
import { moreThan, number, ratio } from './measures.ts';

/**
 * What models of customer value know of a player, in the words of their literature (Fader, Hardie & Lee 2005): a purchase is a day
 * with money paid in, in the account's currency. GGR will not do for it: it is below zero for whoever wins, and the model of values
 * is of values above zero. Where days are cleared after a time, a player's purchases are those that are kept.
 */
const deposited: DayValue = { add: ['deposits_amount'] };
const isPurchase: DayCondition = moreThan(deposited, 0);
const purchases: Days = { window: 'ever', where: [isPurchase] };
const repeats = { subtract: [{ countOf: purchases }, number(1)] } as const;

type Input = Pick<FeatureDefinition, 'id' | 'expression'>;

export const purchaseHistory: readonly Input[] = [
  /** Purchases after the first: −1 of a player without any, whose other values are undefined. */
  { id: 'frequency', expression: repeats },
  /** Days from the first purchase to the last. */
  { id: 'recency', expression: { subtract: [{ spanOf: purchases }, number(1)] } },
  /** Days from the first purchase to today. */
  { id: 'T', expression: { daysSince: 'first_deposit_at' } },
  /** Mean of the purchases after the first, in minor units; undefined without one. */
  {
    id: 'monetary_value',
    expression: ratio(
      {
        subtract: [
          { divide: [{ meanOf: deposited, over: purchases }, ratio(number(1), { countOf: purchases })] },
          { firstOf: deposited, over: purchases },
        ],
      },
      repeats,
    ),
  },
];
