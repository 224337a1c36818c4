import { counters } from '../ingest/counters.ts';
import type { Expression, FeatureDefinition, Window } from './catalogue.ts';

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
};

/**
 * A FROM clause in which `s` is player_state, `p` is players and `w` holds the sums over windows; and an expression for
 * each feature, as double precision, NULL where it is undefined.
 */
export function compileFeatures(
  definitions: readonly FeatureDefinition[],
  scope: FeatureScope,
  parameters: SqlParameters,
) {
  const tenant = `${parameters.add(scope.tenantId)}::uuid`;
  // PostgreSQL refuses a parameter that no expression uses, so these two are added when they first are.
  const today = once(() => `${parameters.add(scope.today)}::date`);
  const zone = once(() => `${parameters.add(scope.timeZone)}::text`);
  const only = scope.playerIds === undefined ? undefined : `${parameters.add(scope.playerIds)}::uuid[]`;
  const sums = new Map<string, string>();

  const windowed = (aggregate: string) => {
    let name = sums.get(aggregate);
    if (name === undefined) {
      name = `w${sums.size}`;
      sums.set(aggregate, name);
    }
    return `coalesce(w.${name}, 0)::double precision`;
  };
  const inWindow = (window: Exclude<Window, 'lifetime'>) =>
    `d.day > ${today()} - ${Number.parseInt(window, 10)}`;

  const compile = (expression: Expression): string => {
    if ('sum' in expression) {
      const { sum, window } = expression;
      if (window === 'lifetime') return `s.${sum}::double precision`;
      const isOwnOnly = counters[sum] === 'money' || 'ownCurrency' in expression;
      const own = isOwnOnly ? ' AND d.currency = s.currency' : '';
      return windowed(`sum(d.${sum}) FILTER (WHERE ${inWindow(window)}${own})`);
    }
    if ('number' in expression) return `${expression.number}::double precision`;
    if ('activeDays' in expression) {
      return windowed(
        `count(DISTINCT d.day) FILTER (WHERE ${inWindow(expression.activeDays)} AND d.activities_count > 0)`,
      );
    }
    if ('daysSince' in expression) {
      return `(${today()} - (s.${expression.daysSince} AT TIME ZONE ${zone()})::date)::double precision`;
    }
    if ('add' in expression) return `(${expression.add.map(compile).join(' + ')})`;
    if ('subtract' in expression) return `(${expression.subtract.map(compile).join(' - ')})`;
    const [dividend, divisor] = expression.divide;
    return `(${compile(dividend)} / nullif(${compile(divisor)}, 0))`;
  };

  const expressions = new Map(definitions.map((feature) => [feature.id, compile(feature.expression)]));
  const aggregates = [...sums].map(([aggregate, name]) => `, ${aggregate} AS ${name}`).join('');
  const windows = () => `
    LEFT JOIN (
      SELECT d.tenant_id, d.player_id${aggregates}
      FROM crmbet.player_day d
      JOIN crmbet.player_state s ON s.tenant_id = d.tenant_id AND s.player_id = d.player_id
      WHERE d.tenant_id = ${tenant} AND d.day > ${today()} - 90${only === undefined ? '' : ` AND d.player_id = ANY(${only})`}
      GROUP BY d.tenant_id, d.player_id
    ) w ON w.tenant_id = s.tenant_id AND w.player_id = s.player_id`;
  const from = `
    FROM crmbet.player_state s
    JOIN crmbet.players p ON p.tenant_id = s.tenant_id AND p.player_id = s.player_id
    ${sums.size > 0 ? windows() : ''}
    WHERE s.tenant_id = ${tenant}${only === undefined ? '' : ` AND s.player_id = ANY(${only})`}`;
  return { from, expressions, tenant };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
