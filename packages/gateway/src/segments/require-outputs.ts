import type { TransactionSql } from 'postgres';
import { CrmbetError, type FieldError } from '../errors/crmbet-error.ts';
import { modelOutputOf } from '../features/model-features.ts';
import type { Scorers } from '../jobs/scorers.ts';
import { featuresOf, modelsOf } from './check-rule.ts';
import type { Rule } from './rule.ts';

/**
 * Refuses a rule that reads what no model of the tenant says. A model that it does read is there until the transaction ends, and
 * after that the segment keeps it from being deleted.
 * @throws CrmbetError `rule_invalid`
 */
export async function requireOutputs(
  tx: TransactionSql<{ bigint: bigint }>,
  scorers: Pick<Scorers, 'get'>,
  tenantId: string,
  rule: Rule,
): Promise<void> {
  const models = modelsOf(rule);
  if (models.length === 0) return;
  const serving = await tx<{ id: string; active_version: number }[]>`
    SELECT id, active_version FROM crmbet.models
    WHERE tenant_id = ${tenantId} AND id = ANY(${models}::uuid[]) AND active_version IS NOT NULL ORDER BY id FOR SHARE`;
  const outputs = new Map<string, ReadonlySet<string>>();
  for (const { id, active_version } of serving) {
    const scorer = await scorers.get(tenantId, id, active_version);
    outputs.set(id, new Set(scorer?.outputs.map(({ name }) => name)));
  }
  const errors = featuresOf(rule).flatMap((id): FieldError[] => {
    const named = modelOutputOf(id);
    if (named === undefined || outputs.get(named.model)?.has(named.output)) return [];
    return [{ pointer: '/rule', detail: `"${id}" is said by no model that is served (see /v1/features)` }];
  });
  if (errors.length > 0) throw new CrmbetError('rule_invalid', 'The rule cannot be used.', { errors });
}
