import { type Counter, counters } from '../ingest/counters.ts';
import {
  type DayCondition,
  type Days,
  type DayValue,
  type DayWindow,
  daysIn,
  type Expression,
  type ModelOutputName,
  type MomentName,
} from './expression.ts';
import type { FeatureDefinition } from './feature-definition.ts';

/** Collects values behind numbered placeholders, so that no value of a caller ever stands in SQL text. */
export class SqlParameters {
  readonly values: (string | number | boolean | string[])[] = [];

  add(value: string | number | boolean | string[]): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

export type FeatureScope = {
  tenantId: string;
  timeZone: string;
  /** YYYY-MM-DD in the tenant's zone */
  today: string;
  /** Only these players; all of the tenant where left out. */
  playerIds?: string[];
  /**
   * The statement runs under overEverybody: each joined table is narrowed to the players as well. Of many players it is then as
   * fast as it can be; with nested loops a planner that knows nothing of the tenant would compare all of them with all.
   */
  withoutNestedLoops?: boolean;
  /** Only players up to this one by id, of everybody: ids are hashes, so that a part of them is a fair sample. */
  upToPlayer?: string | undefined;
  /** `today` is a day gone by, taken as it stood at its end: nothing of the days after it shows in a value. */
  past?: boolean;
};

/** What a moment of `player_state` leaves in `player_day`: the last such day before a day gone by is the moment as of then. */
const tracesOfLast: Partial<Record<MomentName, readonly Counter[]>> = {
  last_active_at: ['activities_count'],
  last_deposit_at: ['deposits_count'],
  last_wager_at: ['bets_count', 'casino_rounds'],
  last_session_at: ['sessions_count'],
};

/**
 * A FROM clause in which `s` is player_state, `p` is players and `w` holds the aggregates over windows; and an expression
 * for each feature, as double precision, NULL where it is undefined.
 */
export function compileFeatures(
  definitions: readonly Pick<FeatureDefinition, 'id' | 'expression'>[],
  scope: FeatureScope,
  parameters: SqlParameters,
) {
  const tenant = `${parameters.add(scope.tenantId)}::uuid`;
  // PostgreSQL refuses a parameter that no expression uses, so these two are added when they first are.
  const today = once(() => `${parameters.add(scope.today)}::date`);
  const zone = once(() => `${parameters.add(scope.timeZone)}::text`);
  const only = onlyOf(scope, parameters);
  const those = (table: string) => (only === undefined ? '' : ` AND ${table}.player_id ${only}`);
  // The planner does not conclude it from a join, and would read the joined tables from their beginning.
  const alike = (table: string) => (scope.withoutNestedLoops ? those(table) : '');
  const windows = new WindowAggregates(today, scope.past === true);
  const scores = new ScoreJoins(parameters);

  const compile = (expression: Expression): string => {
    if ('sum' in expression) {
      const { sum, window } = expression;
      if (window === 'lifetime')
        return scope.past
          ? `(s.${sum} - coalesce(${windows.later(sum)}, 0))::double precision`
          : `s.${sum}::double precision`;
      return double(windows.sum(sum, 'ownCurrency' in expression, window), '0');
    }
    if ('number' in expression) return `${expression.number}::double precision`;
    if ('countOf' in expression) return double(windows.over(expression.countOf, 'count(*)'), '0');
    if ('spanOf' in expression) {
      const [first, last] = ['min', 'max'].map((end) => windows.over(expression.spanOf, `${end}(d.day)`));
      return double(`${last} - ${first} + 1`);
    }
    if ('maxOf' in expression)
      return double(windows.over(expression.over, `max(${windows.value(expression.maxOf)})`), '0');
    if ('meanOf' in expression) {
      const { n, y } = windows.moments(expression.meanOf, expression.over);
      return `(${double(y)} / nullif(${double(n)}, 0))`;
    }
    if ('firstOf' in expression)
      return double(
        `(${windows.over(expression.over, `array_agg(${windows.value(expression.firstOf)} ORDER BY d.day)`)})[1]`,
      );
    if ('deviationOf' in expression) {
      // Sums of whole numbers are exact in numeric, and so are what is made of them; only the last steps round.
      const { n, y, yy } = windows.moments(expression.deviationOf, expression.over);
      return `sqrt(${double(`${n} * ${yy()} - ${y} * ${y}`)} / nullif(${double(`${n} * (${n} - 1)`)}, 0))`;
    }
    if ('slopeOf' in expression) {
      const { n, y, x, xx, xy } = windows.moments(expression.slopeOf, expression.over);
      return `(${double(`${n} * ${xy()} - ${x()} * ${y}`)} / nullif(${double(`${n} * ${xx()} - ${x()} * ${x()}`)}, 0))`;
    }
    if ('daysSince' in expression) {
      const since = `(${today()} - (s.${expression.daysSince} AT TIME ZONE ${zone()})::date)`;
      if (!scope.past) return `${since}::double precision`;
      const traces = tracesOfLast[expression.daysSince];
      const before = traces === undefined ? 'NULL' : `${today()} - ${windows.lastWith(traces)}`;
      return `(CASE WHEN ${since} >= 0 THEN ${since} ELSE ${before} END)::double precision`;
    }
    if ('score' in expression) return scores.value(expression.score);
    if ('isPositive' in expression)
      return `(CASE WHEN ${compile(expression.isPositive)} > 0 THEN 1 ELSE 0 END)::double precision`;
    if ('add' in expression) return `(${expression.add.map(compile).join(' + ')})`;
    if ('subtract' in expression) return `(${expression.subtract.map(compile).join(' - ')})`;
    const [dividend, divisor] = expression.divide;
    return `(${compile(dividend)} / nullif(${compile(divisor)}, 0))`;
  };

  const expressions = new Map(definitions.map((feature) => [feature.id, compile(feature.expression)]));
  const from = `
    FROM crmbet.player_state s
    JOIN crmbet.players p ON p.tenant_id = s.tenant_id AND p.player_id = s.player_id${alike('p')}
    ${windows.join(tenant, those, alike)}${scores.join()}
    WHERE s.tenant_id = ${tenant}${those('s')}`;
  return { from, expressions, tenant };
}

/** The rows of `player_scores` that are asked for, one a model. */
class ScoreJoins {
  readonly #parameters: SqlParameters;
  readonly #names = new Map<string, string>();

  constructor(parameters: SqlParameters) {
    this.#parameters = parameters;
  }

  value({ model, output }: ModelOutputName): string {
    const name = this.#names.get(model) ?? `m${this.#names.size}`;
    this.#names.set(model, name);
    return `(${name}.outputs->>${this.#parameters.add(output)}::text)::double precision`;
  }

  join(): string {
    return [...this.#names]
      .map(
        ([model, name]) => `
    LEFT JOIN crmbet.player_scores ${name} ON ${name}.tenant_id = s.tenant_id AND ${name}.player_id = s.player_id
      AND ${name}.model_id = ${this.#parameters.add(model)}::uuid`,
      )
      .join('');
  }
}

/** One player by `=`, which a plan that is kept for any values estimates right, and a cluster sends to one shard. */
function onlyOf(
  { playerIds, upToPlayer }: Pick<FeatureScope, 'playerIds' | 'upToPlayer'>,
  parameters: SqlParameters,
): string | undefined {
  if (playerIds === undefined)
    return upToPlayer === undefined ? undefined : `<= ${parameters.add(upToPlayer)}::uuid`;
  const [first, ...rest] = playerIds;
  return first !== undefined && rest.length === 0
    ? `= ${parameters.add(first)}::uuid`
    : `= ANY(${parameters.add(playerIds)}::uuid[])`;
}

const double = (value: string, otherwise?: string) =>
  otherwise === undefined
    ? `(${value})::double precision`
    : `coalesce(${value}, ${otherwise})::double precision`;

/**
 * What is asked of `player_day`, gathered while expressions are compiled; `join` then reads the table once for all of it.
 * Sums alone are taken from its rows, one a currency. Where single days are asked for, the rows of each day are added up
 * first, and where a day is asked for the one after it, a window function brings that beside it.
 */
class WindowAggregates {
  readonly #today: () => string;
  readonly #past: boolean;
  readonly #names = new Map<string, string>();
  readonly #counters = new Map<string, string>();
  readonly #nextCounters = new Set<string>();
  #horizon = 0;
  #needsDays = false;

  constructor(today: () => string, past: boolean) {
    this.#today = today;
    this.#past = past;
  }

  sum(counter: Counter, ownCurrency: boolean, window: DayWindow): string {
    const column = this.#column(counter, ownCurrency);
    return this.#aggregate(`sum(d.${column})`, [this.#isIn(window)]);
  }

  /** What came after a day gone by: what a lifetime's sum had not seen then. */
  later(counter: Counter): string {
    return this.#aggregate(`sum(d.${this.#column(counter, false)})`, [`d.day > ${this.#today()}`]);
  }

  /** The last day up to a day gone by on which one of the counters rose; of all days that are kept. */
  lastWith(anyOf: readonly Counter[]): string {
    this.#horizon = Number.POSITIVE_INFINITY;
    const rose = anyOf.map((counter) => `d.${this.#column(counter, false)}`).join(' + ');
    return this.#aggregate('max(d.day)', [`d.day <= ${this.#today()}`, `${rose} > 0`]);
  }

  over({ window, where }: Days, aggregate: string): string {
    this.#needsDays = true;
    return this.#aggregate(aggregate, [
      this.#isIn(window),
      ...where.map((condition) => this.#holds(condition)),
    ]);
  }

  value({ add, subtract = [], next }: DayValue): string {
    const column = (counter: Counter) => {
      const name = this.#column(counter, false);
      if (!next) return `d.${name}`;
      this.#nextCounters.add(name);
      return `d.next_${name}`;
    };
    return `(${[...add.map(column).join(' + '), ...subtract.map((counter) => ` - ${column(counter)}`)].join('')})`;
  }

  /** Sums over the days: x counts days up to today, y is the value. Those that cost something only when they are wanted. */
  moments(value: DayValue, days: Days) {
    const [x, y] = [`(d.day - ${this.#today()})`, this.value(value)];
    const sum = (of: string) => this.over(days, `sum(${of})`);
    return {
      n: this.over(days, 'count(*)'),
      y: sum(y),
      yy: () => sum(`${y} * ${y}`),
      x: () => sum(x),
      xx: () => sum(`${x} * ${x}`),
      xy: () => sum(`${x} * ${y}`),
    };
  }

  join(tenant: string, those: (table: string) => string, alike: (table: string) => string): string {
    if (this.#names.size === 0) return '';
    const aggregates = [...this.#names].map(([aggregate, name]) => `, ${aggregate} AS ${name}`).join('');
    const rows = `
      FROM crmbet.player_day d
      JOIN crmbet.player_state s ON s.tenant_id = d.tenant_id AND s.player_id = d.player_id${alike('s')}
      WHERE d.tenant_id = ${tenant}${this.#since()}${those('d')}`;
    const columns = [...this.#counters];
    const days = this.#needsDays
      ? `SELECT d.tenant_id, d.player_id, d.day${columns.map(([name, value]) => `, coalesce(sum(${value}), 0) AS ${name}`).join('')}
        ${rows} GROUP BY d.tenant_id, d.player_id, d.day`
      : `SELECT d.tenant_id, d.player_id, d.day${columns.map(([name, value]) => `, ${value} AS ${name}`).join('')} ${rows}`;
    return `
    LEFT JOIN (
      SELECT d.tenant_id, d.player_id${aggregates}
      FROM (${this.#withNext(days)}) d
      GROUP BY d.tenant_id, d.player_id
    ) w ON w.tenant_id = s.tenant_id AND w.player_id = s.player_id`;
  }

  #since(): string {
    return this.#horizon === Number.POSITIVE_INFINITY
      ? ''
      : ` AND d.day > ${this.#today()} - ${this.#horizon}`;
  }

  #withNext(days: string): string {
    if (this.#nextCounters.size === 0) return days;
    // The day after the last one that is seen is not seen either.
    const isSeen = this.#past ? ` AND d.day < ${this.#today()}` : '';
    const columns = [...this.#nextCounters].map(
      (name) =>
        `, CASE WHEN lead(d.day) OVER later = d.day + 1${isSeen} THEN lead(d.${name}) OVER later ELSE 0 END AS next_${name}`,
    );
    return `SELECT d.*${columns.join('')} FROM (${days}) d
      WINDOW later AS (PARTITION BY d.tenant_id, d.player_id ORDER BY d.day)`;
  }

  /** The name of a counter in the innermost rows. Money of other currencies than the account's is not in it. */
  #column(counter: Counter, ownCurrency: boolean): string {
    const name = ownCurrency ? `own_${counter}` : counter;
    const isOwnOnly = ownCurrency || counters[counter] === 'money';
    this.#counters.set(
      name,
      isOwnOnly ? `CASE WHEN d.currency = s.currency THEN d.${counter} END` : `d.${counter}`,
    );
    return name;
  }

  #isIn(window: Days['window']): string {
    this.#horizon = Math.max(this.#horizon, daysIn(window));
    const upTo = `d.day <= ${this.#today()}`;
    if (window === 'ever') return upTo;
    return `d.day > ${this.#today()} - ${daysIn(window)}${this.#past ? ` AND ${upTo}` : ''}`;
  }

  #holds({ value, moreThan }: DayCondition): string {
    return `${this.value(value)} > ${typeof moreThan === 'number' ? moreThan : this.value(moreThan)}`;
  }

  #aggregate(aggregate: string, where: string[]): string {
    const text = `${aggregate} FILTER (WHERE ${where.join(' AND ')})`;
    const name = this.#names.get(text) ?? `w${this.#names.size}`;
    this.#names.set(text, name);
    return `w.${name}`;
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
