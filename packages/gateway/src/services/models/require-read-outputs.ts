import type { TransactionSql } from 'postgres';
import { rulesOfTenant } from '../../db/queries/segments.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { modelOutputOf } from '../../features/model-features.ts';
import type { Scorers } from '../../jobs/scorers.ts';
import { featuresOf } from '../../segments/check-rule.ts';

/**
 * Refuses to serve a version that does not say what the rules of segments read of its model: their members would all be gone at once.
 * The caller holds the model's row, so no segment begins to read it meanwhile.
 * @throws CrmbetError `output_missing`, naming the segments
 */
export async function requireReadOutputs(
  tx: TransactionSql<{ bigint: bigint }>,
  scorers: Pick<Scorers, 'get'>,
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
  const scorer = await scorers.get(tenantId, modelId, version);
  const said = new Set(scorer?.outputs.map(({ name }) => name));
  const left = readers.filter(({ output }) => !said.has(output));
  if (left.length === 0) return;
  const words = [...new Set(left.map(({ name, output }) => `"${name}" reads ${output}`))]
    .slice(0, 10)
    .join(', ');
  throw new CrmbetError('output_missing', `Segments read what version ${version} does not say: ${words}.`);
}
