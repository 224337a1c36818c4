import { FeatureMatrix, type ModelOutput } from '@crmbet/engine';
import type { Principal } from '../../auth/principal.ts';
import { readFeatures } from '../../db/queries/features.ts';
import { somePlayers } from '../../db/queries/players.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { activity } from '../../jobs/model-inputs.ts';
import type { Scorer } from '../../jobs/scorers.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

/** Players that versions are asked about. A repeatable sample: ids are hashes, so their order is as good as chance. */
const mostPlayers = 20_000;

export type Asked = {
  players: number;
  /** What each was asked by, with a column for each of its inputs. */
  matrices: FeatureMatrix[];
  /** What each said. */
  said: ModelOutput[][];
};

/** Asks versions about the same players, as they are now: those that all of them may be asked about. */
export async function askPlayers(
  ports: { reads: Reads; tenants: TenantDirectory; threads: number },
  principal: Principal,
  scorers: readonly Scorer[],
): Promise<Asked> {
  const { tenantId } = principal;
  const tenant = await ports.tenants.get(tenantId);
  const windows = scorers.flatMap(({ activeIn }) => (activeIn === undefined ? [] : [activity(activeIn)]));
  const wanted = [...windows, ...scorers.flatMap(({ inputs }) => inputs)];
  const inputs = [...new Map(wanted.map((input) => [input.id, input])).values()];
  const rows = await ports.reads.read(principal, async ({ sql }) =>
    readFeatures(sql, inputs, {
      tenantId,
      timeZone: tenant.timeZone,
      today: tenant.today(new Date()),
      playerIds: await somePlayers(sql, tenantId, mostPlayers),
    }),
  );
  const active = windows.map(({ id }) => inputs.findIndex((input) => input.id === id));
  const kept = rows.filter(({ values }) => active.every((at) => (values[at] ?? 0) > 0));
  const matrix = FeatureMatrix.fromColumns(
    inputs.map(({ id }) => id),
    inputs.map((_, at) => Float64Array.from(kept, ({ values }) => values[at] ?? Number.NaN)),
  );
  const matrices = scorers.map((scorer) => matrix.select(scorer.inputs.map(({ id }) => id)));
  const said: ModelOutput[][] = [];
  for (const [index, scorer] of scorers.entries()) {
    const own = matrices[index];
    // Of no players there is nothing to ask.
    said.push(
      own === undefined || kept.length === 0 ? [] : await scorer.score(own, { threads: ports.threads }),
    );
  }
  return { players: kept.length, matrices, said };
}
