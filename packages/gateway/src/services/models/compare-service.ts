import { FeatureMatrix, type ModelOutput } from '@crmbet/engine';
import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/database.ts';
import { readFeatures } from '../../db/queries/features.ts';
import { findVersion, type VersionSummary } from '../../db/queries/model-versions.ts';
import { findModel } from '../../db/queries/models.ts';
import { somePlayers } from '../../db/queries/players.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import { activity } from '../../jobs/model-inputs.ts';
import type { Scorer, Scorers } from '../../jobs/scorers.ts';
import { compareOutputs } from '../../models/compare-outputs.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

/** Players that two versions are asked about. A repeatable sample: ids are hashes, so their order is as good as chance. */
const mostPlayers = 20_000;

export type ComparePorts = {
  db: Database;
  reads: Reads;
  tenants: TenantDirectory;
  scorers: Scorers;
  threads: number;
};

/** Two versions of a model, asked about the same players as they are now. */
export class CompareService {
  readonly #ports: ComparePorts;

  constructor(ports: ComparePorts) {
    this.#ports = ports;
  }

  async compare(principal: Principal, modelId: string, { base, other }: { base: number; other: number }) {
    const { db, scorers } = this.#ports;
    const { tenantId } = principal;
    found(await findModel(db, tenantId, modelId), 'model');
    const [a, b] = await Promise.all(
      [base, other].map(async (version) => {
        const row = found(await findVersion(db, { tenantId, modelId, version }), 'model version');
        const scorer = await scorers.get(tenantId, modelId, version);
        if (scorer === undefined)
          throw new CrmbetError('model_not_ready', `Version ${version} cannot be asked: it is ${row.state}.`);
        return { row, scorer };
      }),
    );
    if (a === undefined || b === undefined) throw new Error('two were asked for');
    const { players, said } = await this.#ask(principal, [a.scorer, b.scorer]);
    const [ofBase = [], ofOther = []] = said;
    const pairs = ofBase.flatMap((output) => {
      const same = ofOther.find(({ name, kind }) => name === output.name && kind === output.kind);
      return same === undefined ? [] : [[output, same] as const];
    });
    return {
      base: summaryOf(a.row),
      other: summaryOf(b.row),
      players,
      outputs: await Promise.all(pairs.map(([one, two]) => compareOutputs(one, two))),
      metrics: sideBySide(a.row, b.row),
    };
  }

  /** What each says of every player that all of them may be asked about. */
  async #ask(
    principal: Principal,
    scorers: readonly Scorer[],
  ): Promise<{ players: number; said: ModelOutput[][] }> {
    const { reads, tenants, threads } = this.#ports;
    const { tenantId } = principal;
    const tenant = await tenants.get(tenantId);
    const windows = scorers.flatMap(({ activeIn }) => (activeIn === undefined ? [] : [activity(activeIn)]));
    const asked = [...windows, ...scorers.flatMap(({ inputs }) => inputs)];
    const inputs = [...new Map(asked.map((input) => [input.id, input])).values()];
    const rows = await reads.read(principal, async ({ sql }) =>
      readFeatures(sql, inputs, {
        tenantId,
        timeZone: tenant.timeZone,
        today: tenant.today(new Date()),
        playerIds: await somePlayers(sql, tenantId, mostPlayers),
      }),
    );
    const column = (id: string) => inputs.findIndex((input) => input.id === id);
    const active = windows.map(({ id }) => column(id));
    const kept = rows.filter(({ values }) => active.every((at) => (values[at] ?? 0) > 0));
    if (kept.length === 0) return { players: 0, said: scorers.map(() => []) };
    const matrix = FeatureMatrix.fromColumns(
      inputs.map(({ id }) => id),
      inputs.map((_, at) => Float64Array.from(kept, ({ values }) => values[at] ?? Number.NaN)),
    );
    const said: ModelOutput[][] = [];
    for (const scorer of scorers) {
      const own = matrix.select(scorer.inputs.map(({ id }) => id));
      said.push(await scorer.score(own, { threads }));
    }
    return { players: kept.length, said };
  }
}

const summaryOf = ({ version, algorithm, trainedAt }: VersionSummary) => ({
  version,
  algorithm,
  trainedAt: trainedAt?.toISOString() ?? null,
});

/** The metrics that are numbers in either. */
function sideBySide(a: VersionSummary, b: VersionSummary) {
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const names = new Set([...Object.keys(a.metrics ?? {}), ...Object.keys(b.metrics ?? {})]);
  return [...names].sort().flatMap((name) => {
    const [base, other] = [number(a.metrics?.[name]), number(b.metrics?.[name])];
    return base === null && other === null ? [] : [{ name, base, other }];
  });
}
