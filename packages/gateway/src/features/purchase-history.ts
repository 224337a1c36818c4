import type { DayCondition, Days, DayValue, Expression } from './expression.ts';
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
const span: Expression = { spanOf: purchases };
/** Undefined without a purchase, as a span is. */
const count: Expression = { add: [{ countOf: purchases }, { subtract: [span, span] }] };
const repeats: Expression = { subtract: [count, number(1)] };

type Input = Pick<FeatureDefinition, 'id' | 'expression'>;

export const purchaseHistory: readonly Input[] = [
  /** Purchases after the first. All of them are undefined for a player without any. */
  { id: 'frequency', expression: repeats },
  /** Days from the first purchase to the last. */
  { id: 'recency', expression: { subtract: [span, number(1)] } },
  /** Days from the first purchase to today. */
  { id: 'T', expression: { daysSince: 'first_deposit_at' } },
  /** Mean of the purchases after the first, in minor units; undefined without one. */
  {
    id: 'monetary',
    expression: ratio(
      {
        subtract: [
          { divide: [{ meanOf: deposited, over: purchases }, ratio(number(1), count)] },
          { firstOf: deposited, over: purchases },
        ],
      },
      repeats,
    ),
  },
];
