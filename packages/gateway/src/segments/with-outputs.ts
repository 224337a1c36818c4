import type { TransactionSql } from 'postgres';
import type { PostgresClient } from '../db/database.ts';
import { CrmbetError, type FieldError } from '../errors/crmbet-error.ts';
import { modelOutputOf } from '../features/model-features.ts';
import type { Scorers } from '../jobs/scorers.ts';
import { featuresOf, modelsOf } from './check-rule.ts';
import type { Rule } from './rule.ts';

type Serving = { id: string; active_version: number; challenger_version: number | null };

/**
 * Runs what saves a rule, unless the rule reads what no model of the tenant says. The models that it reads serve the same versions until
 * that has committed, and after that the segment keeps them from being deleted.
 * @throws CrmbetError `rule_invalid`
 */
export async function withOutputs(
  ports: { sql: PostgresClient; scorers: Pick<Scorers, 'get'> },
  tenantId: string,
  rule: Rule,
  save: (tx: TransactionSql<{ bigint: bigint }>) => Promise<void>,
): Promise<void> {
  const models = modelsOf(rule);
  for (;;) {
    // Versions are read outside of the transaction: within, each would wait for a second connection.
    const looked = await serving(ports.sql, tenantId, models);
    const outputs = await outputsOf(ports.scorers, tenantId, looked);
    requireAll(rule, outputs);
    const isSaved = await ports.sql.begin(async (tx) => {
      const held = await serving(tx, tenantId, models, 'hold');
      if (JSON.stringify(held) !== JSON.stringify(looked)) return false;
      await save(tx);
      return true;
    });
    if (isSaved) return;
  }
}

async function serving(
  sql: PostgresClient | TransactionSql<{ bigint: bigint }>,
  tenantId: string,
  models: string[],
  how?: 'hold',
): Promise<Serving[]> {
  if (models.length === 0) return [];
  return await sql<Serving[]>`
    SELECT id, active_version, challenger_version FROM crmbet.models
    WHERE tenant_id = ${tenantId} AND id = ANY(${models}::uuid[]) AND active_version IS NOT NULL
    ORDER BY id ${how === 'hold' ? sql`FOR SHARE` : sql``}`;
}

/** What every version says that answers for somebody: in an experiment both do. */
async function outputsOf(
  scorers: Pick<Scorers, 'get'>,
  tenantId: string,
  models: readonly Serving[],
): Promise<Map<string, ReadonlySet<string>>> {
  const outputs = new Map<string, ReadonlySet<string>>();
  for (const { id, active_version, challenger_version } of models) {
    const said = async (version: number) =>
      (await scorers.get(tenantId, id, version))?.outputs.map(({ name }) => name) ?? [];
    const active = await said(active_version);
    const challenger = challenger_version === null ? active : await said(challenger_version);
    outputs.set(id, new Set(active.filter((name) => challenger.includes(name))));
  }
  return outputs;
}

function requireAll(rule: Rule, outputs: ReadonlyMap<string, ReadonlySet<string>>): void {
  const errors = featuresOf(rule).flatMap((id): FieldError[] => {
    const named = modelOutputOf(id);
    if (named === undefined || outputs.get(named.model)?.has(named.output)) return [];
    return [
      {
        pointer: '/rule',
        detail: `"${id}" is said by no model that is served, or in an experiment by one of its versions alone (see /v1/features)`,
      },
    ];
  });
  if (errors.length > 0) throw new CrmbetError('rule_invalid', 'The rule cannot be used.', { errors });
}
