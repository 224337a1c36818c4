import { modelOutputs, parseModel } from '@crmbet/engine';
import type { TransactionSql } from 'postgres';
import { findScorable } from '../../db/queries/player-scores.ts';
import { rulesOfTenant } from '../../db/queries/segments.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { modelOutputOf } from '../../features/model-features.ts';
import { featuresOf } from '../../segments/check-rule.ts';

/**
 * Refuses to serve a version that does not say what the rules of segments read of its model: their members would all be gone at once.
 * The caller holds the model's row, so no segment begins to read it meanwhile; and a connection, so all is read by that one: callers that
 * wait for the row would else hold every connection that this one waits for.
 * @throws CrmbetError `output_missing`, naming the segments
 */
export async function requireReadOutputs(
  tx: TransactionSql<{ bigint: bigint }>,
  { tenantId, modelId, version }: { tenantId: string; modelId: string; version: number },
): Promise<void> {
  const readers = (await rulesOfTenant(tx, tenantId)).flatMap(({ name, rule }) => {
    const outputs = featuresOf(rule).flatMap((feature) => {
      const read = modelOutputOf(feature);
      return read?.model === modelId ? [read.output] : [];
    });
    return outputs.map((output) => ({ name, output }));
  });
  if (readers.length === 0) return;
  const row = await findScorable(tx, tenantId, modelId, version);
  const said = new Set(row === undefined ? [] : modelOutputs(parseModel(row.fitted)).map(({ name }) => name));
  const left = readers.filter(({ output }) => !said.has(output));
  if (left.length === 0) return;
  const words = [...new Set(left.map(({ name, output }) => `"${name}" reads ${output}`))]
    .slice(0, 10)
    .join(', ');
  throw new CrmbetError('output_missing', `Segments read what version ${version} does not say: ${words}.`);
}
