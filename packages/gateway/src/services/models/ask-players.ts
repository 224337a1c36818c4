import type { FeatureMatrix, ModelOutput } from '@crmbet/engine';
import type { Principal } from '../../auth/principal.ts';
import { countPlayers, idAt, readExamples } from '../../db/queries/training-examples.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import type { Scorer } from '../../jobs/scorers.ts';
import { GrowingExamples } from '../../jobs/trainers/growing-examples.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

/** Players that versions are asked about, or nearly so many: a repeatable sample by id, and ids are hashes. */
const mostPlayers = 20_000;

export type Asked = {
  players: number;
  /** What each was asked by, with a column for each of its inputs. */
  matrices: FeatureMatrix[];
  /** What each said; nothing where there are no players. */
  said: ModelOutput[][];
};

/** Asks versions of one model about the same players, as they are now. */
export async function askPlayers(
  ports: { reads: Reads; tenants: TenantDirectory; threads: number },
  principal: Principal,
  scorers: readonly Scorer[],
): Promise<Asked> {
  const { reads, tenants, threads } = ports;
  const tenant = await tenants.get(principal.tenantId);
  const inputs = [
    ...new Map(scorers.flatMap((scorer) => scorer.inputs.map((input) => [input.id, input]))).values(),
  ];
  const players = new GrowingExamples(inputs.map(({ id }) => id));
  await reads.read(principal, async ({ sql }) => {
    const share = mostPlayers / Math.max(1, await countPlayers(sql, tenant.id));
    const scope = {
      tenantId: tenant.id,
      timeZone: tenant.timeZone,
      today: tenant.today(new Date()),
      ...(share < 1 ? { upToPlayer: idAt(share) } : {}),
    };
    // Versions of one model are for the same, and so asked about the same kind of players.
    const { activeIn } = scorers.find((scorer) => scorer.activeIn !== undefined) ?? {};
    await readExamples(sql, inputs, scope, { activeIn }, (rows) => players.add(rows));
  });
  const { matrix, playerIds } = players.end();
  const matrices = scorers.map((scorer) => matrix.select(scorer.inputs.map(({ id }) => id)));
  const said: ModelOutput[][] = [];
  for (const [index, scorer] of scorers.entries()) {
    const own = matrices[index];
    said.push(own === undefined || own.rowCount === 0 ? [] : await scorer.score(own, { threads }));
  }
  return { players: playerIds.length, matrices, said };
}
