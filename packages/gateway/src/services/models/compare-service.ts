import { drift, type FeatureDrift } from '@crmbet/engine';
import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/database.ts';
import { findVersionDetails, type VersionDetails } from '../../db/queries/model-versions.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import type { Scorer, Scorers } from '../../jobs/scorers.ts';
import { compareOutputs } from '../../models/compare-outputs.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import { askPlayers } from './ask-players.ts';

export type ComparePorts = {
  db: Database;
  reads: Reads;
  tenants: TenantDirectory;
  scorers: Scorers;
  threads: number;
};

/** Versions held against each other, and against the players of today. */
export class CompareService {
  readonly #ports: ComparePorts;

  constructor(ports: ComparePorts) {
    this.#ports = ports;
  }

  /** Two versions of a model, asked about the same players. */
  async compare(principal: Principal, modelId: string, { base, other }: { base: number; other: number }) {
    const a = await this.#ready(principal, modelId, base);
    const b = await this.#ready(principal, modelId, other);
    const { players, said } = await askPlayers(this.#ports, principal, [a.scorer, b.scorer]);
    const [ofBase = [], ofOther = []] = said;
    const pairs = ofBase.flatMap((output) => {
      const same = ofOther.find(({ name, kind }) => name === output.name && kind === output.kind);
      return same === undefined ? [] : [{ one: output, two: same }];
    });
    return {
      base: summaryOf(a.row),
      other: summaryOf(b.row),
      players,
      outputs: await Promise.all(pairs.map(({ one, two }) => compareOutputs(one, two))),
      metrics: sideBySide(a.row, b.row),
    };
  }

  /** How far the players of today have moved from those that the version was trained on. */
  async drift(principal: Principal, modelId: string, version: number) {
    const { row, scorer } = await this.#ready(principal, modelId, version);
    if (row.driftBaseline === null)
      throw new CrmbetError(
        'drift_unknown',
        'Nothing was kept of how the players of its training were spread.',
      );
    const { players, matrices, said } = await askPlayers(this.#ports, principal, [scorer]);
    const [matrix] = matrices;
    if (players === 0 || matrix === undefined)
      throw new CrmbetError('too_few_players', 'There is no player whom the version could be asked about.');
    const { level, features, outputs } = await drift(row.driftBaseline, matrix, { outputs: said[0] });
    const columns = (found: readonly FeatureDrift[]) =>
      found.map((column) => ({ ...column, bins: [...column.bins] }));
    return { version, players, level, features: columns(features), outputs: columns(outputs) };
  }

  /** A version that can be asked, with everything that is kept of it. */
  async #ready(
    { tenantId }: Principal,
    modelId: string,
    version: number,
  ): Promise<{ row: VersionDetails; scorer: Scorer }> {
    const { db, scorers } = this.#ports;
    const row = found(await findVersionDetails(db, { tenantId, modelId, version }), 'model version');
    const scorer = await scorers.get(tenantId, modelId, version);
    if (scorer === undefined)
      throw new CrmbetError('model_not_ready', `Version ${version} cannot be asked: it is ${row.state}.`);
    return { row, scorer };
  }
}

const summaryOf = ({ version, algorithm, trainedAt }: VersionDetails) => ({
  version,
  algorithm,
  trainedAt: trainedAt?.toISOString() ?? null,
});

/** The metrics that are numbers in either. */
function sideBySide(a: VersionDetails, b: VersionDetails) {
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const names = new Set([...Object.keys(a.metrics ?? {}), ...Object.keys(b.metrics ?? {})]);
  return [...names].sort().flatMap((name) => {
    const [base, other] = [number(a.metrics?.[name]), number(b.metrics?.[name])];
    return base === null && other === null ? [] : [{ name, base, other }];
  });
}
