import { createHash } from 'node:crypto';
import type { ModelOutput } from '@crmbet/engine';
import { distributionOf } from '../../models/distribution.ts';
import type { Distribution, DriftBaseline, Lineage } from '../../models/version-record.ts';
import type { PlayerMatrix } from './read-players.ts';
import type { TrainingContext } from './trainer.ts';

/** Where a version comes from, and how its features and answers are spread: what lineage and drift are told by later. */
export async function describeTraining(
  context: Pick<TrainingContext, 'algorithm' | 'seed' | 'tenant' | 'now' | 'signal'> & { parameters: object },
  of: PlayerMatrix & { outputs: readonly ModelOutput[]; device: string },
): Promise<{ lineage: Lineage; driftBaseline: DriftBaseline }> {
  const { matrix, playerIds, definitions, outputs, device } = of;
  const { algorithm, parameters, seed, tenant, now, signal } = context;
  const spread = (columns: readonly { name: string; values: ArrayLike<number> }[]) =>
    Object.fromEntries(
      columns.map(({ name, values }): [string, Distribution] => [name, distributionOf(values)]),
    );
  return {
    lineage: {
      dataDigest: await digestOf(of, signal),
      players: playerIds.length,
      asOf: tenant.today(now),
      features: definitions.map(({ id, version }) => ({ id, version })),
      algorithm,
      parameters: { ...parameters },
      seed,
      device,
    },
    driftBaseline: {
      features: spread(matrix.names.map((name, j) => ({ name, values: matrix.column(j) }))),
      scores: spread(outputs),
    },
  };
}

/** Hashed at a time, some milliseconds' worth. */
const bytesAtOnce = 4 * 1024 * 1024;

/** SHA-256 over the ids, then over each column's name and its float32 bytes as they lie in memory (little-endian where we run). */
async function digestOf({ matrix, playerIds }: PlayerMatrix, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const idsAtOnce = 50_000;
  for (let from = 0; from < playerIds.length; from += idsAtOnce) {
    hash.update(playerIds.slice(from, from + idsAtOnce).join('\n'));
    await turn(signal);
  }
  for (const [j, name] of matrix.names.entries()) {
    hash.update(`\n${name}\n`);
    const { buffer, byteOffset, byteLength } = matrix.column(j);
    for (let from = 0; from < byteLength; from += bytesAtOnce) {
      hash.update(new Uint8Array(buffer, byteOffset + from, Math.min(bytesAtOnce, byteLength - from)));
      await turn(signal);
    }
  }
  return hash.digest('hex');
}

async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((next) => setImmediate(next));
  signal.throwIfAborted();
}
