import type { DayWindow } from '../../features/expression.ts';
import type { FeatureDefinition } from '../../features/feature-definition.ts';
import { compileFeatures, type FeatureScope, SqlParameters } from '../../features/feature-sql.ts';
import { activeDays } from '../../features/measures.ts';
import type { Counter } from '../../ingest/counters.ts';
import type { PostgresClient } from '../database.ts';
import { overEverybody } from './over-everybody.ts';

/** What is asked about the days after a cutoff, or about now; the answer is a number. */
export type Question =
  /** How much a counter rose, in all currencies. */
  | { sumOf: Counter; days: number }
  /** On how many days money came in, in the account's currency; and how much. */
  | { purchases: 'count' | 'amount'; days: number }
  /** Whether the player is in a segment now: 1 or 0. */
  | { memberOf: string };

/** A player as of a cutoff, and an answer to each question. */
export type ExampleRow = { player_id: string; values: (number | null)[]; answers: number[] };

/**
 * Hands over the players who were active in the window before the cutoff (everybody without one), as they stood then, by id and some rows at
 * a time. The features see nothing of the days after the cutoff; the answers see nothing else.
 */
export async function readExamples(
  sql: PostgresClient,
  definitions: readonly Pick<FeatureDefinition, 'id' | 'expression'>[],
  scope: FeatureScope,
  { questions = [], activeIn }: { questions?: readonly Question[]; activeIn?: DayWindow | undefined },
  take: (rows: readonly ExampleRow[]) => void | Promise<void>,
): Promise<void> {
  const parameters = new SqlParameters();
  const population = activeIn === undefined ? [] : [{ id: 'population', expression: activeDays(activeIn) }];
  const { from, expressions } = compileFeatures([...definitions, ...population], scope, parameters);
  const list = definitions.map(({ id }) => expressions.get(id)).join(', ');
  const wasThere = activeIn === undefined ? '' : ` AND ${expressions.get('population')} > 0`;
  const answers = questions.map((question) => answerTo(question, scope.today, parameters)).join(', ');
  const text = `
    SELECT s.player_id, ARRAY[${list}]::double precision[] AS values, ARRAY[${answers}]::double precision[] AS answers
    ${from}${wasThere} ORDER BY s.player_id`;
  await sql.begin(async (tx) => {
    await overEverybody(tx);
    for await (const rows of tx.unsafe<ExampleRow[]>(text, parameters.values).cursor(2000)) await take(rows);
  });
}

function answerTo(question: Question, cutoff: string, parameters: SqlParameters): string {
  if ('memberOf' in question)
    return `(EXISTS (
      SELECT 1 FROM crmbet.segment_members m
      WHERE m.tenant_id = s.tenant_id AND m.player_id = s.player_id AND m.segment_id = ${parameters.add(question.memberOf)}::uuid
    ))::integer`;
  const [what, only] =
    'sumOf' in question
      ? [`coalesce(sum(d.${question.sumOf}), 0)`, '']
      : [
          question.purchases === 'count' ? 'count(*)' : 'coalesce(sum(d.deposits_amount), 0)',
          ' AND d.currency = s.currency AND d.deposits_amount > 0',
        ];
  const from = `${parameters.add(cutoff)}::text::date`;
  return `(
    SELECT ${what} FROM crmbet.player_day d
    WHERE d.tenant_id = s.tenant_id AND d.player_id = s.player_id
      AND d.day > ${from} AND d.day <= ${from} + ${parameters.add(question.days)}::integer${only}
  )`;
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
