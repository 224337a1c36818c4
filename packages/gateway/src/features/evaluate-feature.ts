import { type Counter, type Counts, counters } from '../ingest/counters.ts';
import {
  type DayCondition,
  type Days,
  type DayValue,
  daysIn,
  type Expression,
  type MomentName,
} from './expression.ts';

/** What is known of a player, in memory: the same facts as the rows of player_day and player_state. */
export type PlayerFacts = {
  currency: string | null;
  /** One entry a day and currency; `age` is how many days before today it lies. */
  days: { age: number; day: string; currency: string; counts: Counts }[];
  lifetime: Counts;
  /** Days between each moment's local day and today; null where it never happened. */
  daysSince: Record<MomentName, number | null>;
  /** The last answers of models, by the model's id and the name of the output. */
  scores?: ReadonlyMap<string, Readonly<Record<string, number>>>;
};

/** The value of a feature by its definition, or null where it is undefined. The reference that the SQL is tested against. */
export function evaluateFeature(expression: Expression, facts: PlayerFacts): number | null {
  const value = (part: Expression) => evaluateFeature(part, facts);
  if ('sum' in expression) return sumOf(expression, facts);
  if ('number' in expression) return expression.number;
  if ('countOf' in expression) return agesOf(expression.countOf, facts).length;
  if ('spanOf' in expression) {
    const ages = agesOf(expression.spanOf, facts);
    return ages.length === 0 ? null : Math.max(...ages) - Math.min(...ages) + 1;
  }
  if ('maxOf' in expression) {
    const values = agesOf(expression.over, facts).map((age) => dayValue(expression.maxOf, age, facts));
    return values.length === 0 ? 0 : Math.max(...values.map(Number));
  }
  if ('meanOf' in expression) {
    const { n, y } = momentsOf(expression.meanOf, expression.over, facts);
    return n === 0n ? null : Number(y) / Number(n);
  }
  if ('firstOf' in expression) {
    const ages = agesOf(expression.over, facts);
    return ages.length === 0 ? null : Number(dayValue(expression.firstOf, Math.max(...ages), facts));
  }
  if ('deviationOf' in expression) {
    const { n, y, yy } = momentsOf(expression.deviationOf, expression.over, facts);
    return n < 2n ? null : Math.sqrt(Number(n * yy - y * y) / Number(n * (n - 1n)));
  }
  if ('slopeOf' in expression) {
    const { n, x, xx, y, xy } = momentsOf(expression.slopeOf, expression.over, facts);
    return n < 2n ? null : Number(n * xy - x * y) / Number(n * xx - x * x);
  }
  if ('daysSince' in expression) return facts.daysSince[expression.daysSince];
  if ('score' in expression)
    return facts.scores?.get(expression.score.model)?.[expression.score.output] ?? null;
  if ('isPositive' in expression) return (value(expression.isPositive) ?? 0) > 0 ? 1 : 0;
  if ('add' in expression) return join(expression.add.map(value), (a, b) => a + b);
  if ('subtract' in expression) return join(expression.subtract.map(value), (a, b) => a - b);
  const [dividend, divisor] = expression.divide.map(value);
  return divisor === 0 ? null : join([dividend ?? null, divisor ?? null], (a, b) => a / b);
}

function sumOf(expression: Extract<Expression, { sum: Counter }>, facts: PlayerFacts): number {
  const { sum: counter, window } = expression;
  if (window === 'lifetime') return Number(facts.lifetime[counter]);
  const isOwnOnly = counters[counter] === 'money' || 'ownCurrency' in expression;
  let sum = 0n;
  for (const { age, currency, counts } of facts.days) {
    if (age < daysIn(window) && (!isOwnOnly || currency === facts.currency)) sum += BigInt(counts[counter]);
  }
  return Number(sum);
}

/** How many days before today each of the days lies. */
const agesOf = ({ window, where }: Days, facts: PlayerFacts): number[] =>
  [...new Set(facts.days.map(({ age }) => age))].filter(
    (age) =>
      age < daysIn(window) &&
      (window !== 'ever' || age >= 0) &&
      where.every((condition) => holds(condition, age, facts)),
  );

function holds({ value, moreThan }: DayCondition, age: number, facts: PlayerFacts): boolean {
  const limit = typeof moreThan === 'number' ? BigInt(moreThan) : dayValue(moreThan, age, facts);
  return dayValue(value, age, facts) > limit;
}

function dayValue({ add, subtract = [], next }: DayValue, age: number, facts: PlayerFacts): bigint {
  const wanted = next ? age - 1 : age;
  let sum = 0n;
  for (const row of facts.days) {
    if (row.age !== wanted) continue;
    const of = (counter: Counter) =>
      counters[counter] === 'money' && row.currency !== facts.currency ? 0n : BigInt(row.counts[counter]);
    for (const counter of add) sum += of(counter);
    for (const counter of subtract) sum -= of(counter);
  }
  return sum;
}

/** Sums over the days, exact: x counts days up to today, y is the value. */
function momentsOf(value: DayValue, over: Days, facts: PlayerFacts) {
  const sums = { n: 0n, x: 0n, xx: 0n, y: 0n, yy: 0n, xy: 0n };
  for (const age of agesOf(over, facts)) {
    const x = BigInt(-age);
    const y = dayValue(value, age, facts);
    sums.n += 1n;
    sums.x += x;
    sums.xx += x * x;
    sums.y += y;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  return sums;
}

function join(values: (number | null)[], by: (a: number, b: number) => number): number | null {
  return values.reduce((a, b) => (a === null || b === null ? null : by(a, b)));
}
