import type { DayWindow } from '../../features/expression.ts';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import { compileFeatures, type FeatureScope, SqlParameters } from '../../features/feature-sql.ts';
import { activeDays } from '../../features/measures.ts';
import type { Counter } from '../../ingest/counters.ts';
import type { PostgresClient } from '../database.ts';
import { overEverybody } from './over-everybody.ts';

/** What is looked at in the days after a cutoff: how often something happened, or whether a player is in a segment. */
export type Question = { counter: Counter; days: number } | { segment: string };

/** A player as of a cutoff, and the answer: a sum over the days after it, or 1 for a member. */
export type ExampleRow = { player_id: string; values: (number | null)[]; answer: number };

/**
 * Hands over the players who were active in the window before the cutoff (everybody without one), as they stood then, by id and some rows at
 * a time. The features see nothing of the days after the cutoff; the answer, 0 without a question, sees nothing else.
 */
export async function readExamples(
  sql: PostgresClient,
  definitions: readonly Pick<FeatureDefinition, 'id' | 'expression'>[],
  scope: FeatureScope,
  { question, activeIn }: { question?: Question | undefined; activeIn?: DayWindow | undefined },
  take: (rows: readonly ExampleRow[]) => void | Promise<void>,
): Promise<void> {
  const parameters = new SqlParameters();
  const population = activeIn === undefined ? [] : [{ id: 'population', expression: activeDays(activeIn) }];
  const { from, expressions } = compileFeatures([...definitions, ...population], scope, parameters);
  const list = definitions.map(({ id }) => expressions.get(id)).join(', ');
  const wasThere = activeIn === undefined ? '' : ` AND ${expressions.get('population')} > 0`;
  const answer = question === undefined ? '0::double precision' : answerTo(question, scope.today, parameters);
  const text = `
    SELECT s.player_id, ARRAY[${list}]::double precision[] AS values, ${answer} AS answer
    ${from}${wasThere} ORDER BY s.player_id`;
  await sql.begin(async (tx) => {
    await overEverybody(tx);
    for await (const rows of tx.unsafe<ExampleRow[]>(text, parameters.values).cursor(2000)) await take(rows);
  });
}

function answerTo(question: Question, cutoff: string, parameters: SqlParameters): string {
  if ('segment' in question)
    return `(EXISTS (
      SELECT 1 FROM crmbet.segment_members m
      WHERE m.tenant_id = s.tenant_id AND m.player_id = s.player_id AND m.segment_id = ${parameters.add(question.segment)}::uuid
    ))::integer::double precision`;
  const from = `${parameters.add(cutoff)}::text::date`;
  return `(
    SELECT coalesce(sum(d.${question.counter}), 0) FROM crmbet.player_day d
    WHERE d.tenant_id = s.tenant_id AND d.player_id = s.player_id
      AND d.day > ${from} AND d.day <= ${from} + ${parameters.add(question.days)}::integer
  )::double precision`;
}

/** The first day that anything is known of; undefined without a player. */
export async function firstDay(
  sql: PostgresClient,
  tenantId: string,
  timeZone: string,
): Promise<string | undefined> {
  const [row] = await sql<{ day: string | null }[]>`
    SELECT to_char(min(first_event_at) AT TIME ZONE ${timeZone}::text, 'YYYY-MM-DD') AS day
    FROM crmbet.player_state WHERE tenant_id = ${tenantId}`;
  return row?.day ?? undefined;
}

/** The id up to which a share of all players lies. */
export const idAt = (share: number): string => {
  const first = Math.min(0xffff_ffff, Math.floor(share * 2 ** 32))
    .toString(16)
    .padStart(8, '0');
  return `${first}-ffff-ffff-ffff-ffffffffffff`;
};

export async function countPlayers(sql: PostgresClient, tenantId: string): Promise<number> {
  const [row] = await sql<{ total: bigint }[]>`
    SELECT count(*) AS total FROM crmbet.player_state WHERE tenant_id = ${tenantId}`;
  return Number(row?.total ?? 0n);
}
