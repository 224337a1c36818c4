import { type Counter, type Counts, counters } from '../ingest/counters.ts';
import type { Expression, MomentName } from './catalogue.ts';

/** What is known of a player, in memory: the same facts as the rows of player_day and player_state. */
export type PlayerFacts = {
  currency: string | null;
  /** One entry a day and currency; `age` is how many days before today it lies. */
  days: { age: number; day: string; currency: string; counts: Counts }[];
  lifetime: Counts;
  /** Days between each moment's local day and today; null where it never happened. */
  daysSince: Record<MomentName, number | null>;
};

/** The value of a feature by its definition, or null where it is undefined. The reference that the SQL is tested against. */
export function evaluateFeature(expression: Expression, facts: PlayerFacts): number | null {
  if ('sum' in expression) return sumOf(expression, facts);
  if ('number' in expression) return expression.number;
  if ('activeDays' in expression) {
    const span = Number.parseInt(expression.activeDays, 10);
    const active = facts.days.filter(({ age, counts }) => age < span && counts.activities_count > 0n);
    return new Set(active.map(({ day }) => day)).size;
  }
  if ('daysSince' in expression) return facts.daysSince[expression.daysSince];
  if ('add' in expression) {
    return fold(
      expression.add.map((part) => evaluateFeature(part, facts)),
      (a, b) => a + b,
    );
  }
  const [left, right] = 'subtract' in expression ? expression.subtract : expression.divide;
  const values = [evaluateFeature(left, facts), evaluateFeature(right, facts)];
  if ('subtract' in expression) return fold(values, (a, b) => a - b);
  return values[1] === 0 ? null : fold(values, (a, b) => a / b);
}

function sumOf(expression: Extract<Expression, { sum: Counter }>, facts: PlayerFacts): number {
  const { sum: counter, window } = expression;
  if (window === 'lifetime') return Number(facts.lifetime[counter]);
  const span = Number.parseInt(window, 10);
  const isOwnOnly = counters[counter] === 'money' || 'ownCurrency' in expression;
  let sum = 0n;
  for (const { age, currency, counts } of facts.days) {
    if (age < span && (!isOwnOnly || currency === facts.currency)) sum += counts[counter];
  }
  return Number(sum);
}

function fold(values: (number | null)[], join: (a: number, b: number) => number): number | null {
  let result: number | null | undefined;
  for (const value of values) {
    if (value === null) return null;
    result = result === undefined || result === null ? value : join(result, value);
  }
  return result ?? null;
}
