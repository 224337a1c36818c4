import { FeatureMatrix, type ModelOutput } from '@crmbet/engine';
import type { Database } from '../db/database.ts';
import { readFeatures } from '../db/queries/features.ts';
import {
  holdLive,
  type LiveModel,
  type ScoreRow,
  type StalePlayer,
  saveScores,
} from '../db/queries/player-scores.ts';
import { retrying } from '../db/retrying.ts';
import type { Tenant } from '../services/tenants/tenant-directory.ts';
import { activity } from './model-inputs.ts';
import type { Scorer, Scorers } from './scorers.ts';

/** As many players as are read, scored and written at a time: some tens of milliseconds, and a few megabytes. */
export const sliceSize = 2000;

export type SlicePorts = {
  db: Database;
  scorers: Pick<Scorers, 'get'>;
  threads: number;
};

export type Slice = {
  tenant: Tenant;
  live: LiveModel;
  players: readonly StalePlayer[];
  now: Date;
  signal?: AbortSignal | undefined;
};

/**
 * Scores players anew, each by the version that answers for it, and keeps what they say. Each score is of one state of its player: the
 * features and the count of events are read by one statement.
 * @returns whose score is another than before; undefined, with nothing kept, where other versions answer by now
 */
export async function scoreSlice(ports: SlicePorts, slice: Slice): Promise<string[] | undefined> {
  const { db } = ports;
  const { tenant, live, players, now } = slice;
  const rows: ScoreRow[] = [];
  for (const version of new Set(players.map((player) => player.version))) {
    const scorer = await ports.scorers.get(tenant.id, live.modelId, version);
    if (scorer === undefined) {
      if (await db.sql.begin((tx) => holdLive(tx, tenant.id, live)))
        throw new Error(`version ${version} of model ${live.modelId} answers, and is not there`);
      return undefined;
    }
    const ids = players.flatMap((player) => (player.version === version ? [player.player_id] : []));
    rows.push(...(await scoresOf(ports, slice, scorer, version, ids)));
  }
  const day = tenant.today(now);
  const isKept = await retrying(() => saveScores(db.sql, live, { tenantId: tenant.id, day, at: now }, rows));
  if (!isKept) return undefined;
  const before = new Map(players.map((player) => [player.player_id, player.outputs]));
  return rows.flatMap(({ playerId, outputs }) =>
    isSame(before.get(playerId) ?? null, outputs) ? [] : [playerId],
  );
}

/** The count of events stands beside the features, so that both are of the same moment. */
const seen = { id: 'events_count', expression: { sum: 'events_count', window: 'lifetime' } } as const;

async function scoresOf(
  { db, threads }: SlicePorts,
  { tenant, now, signal }: Slice,
  { inputs, activeIn, outputs: wanted, score }: Scorer,
  version: number,
  playerIds: string[],
): Promise<ScoreRow[]> {
  const beside = activeIn === undefined ? [seen] : [seen, activity(activeIn)];
  const read = await readFeatures(db.sql, [...beside, ...inputs], {
    tenantId: tenant.id,
    timeZone: tenant.timeZone,
    today: tenant.today(now),
    playerIds,
  });
  const isAsked = (row: (typeof read)[number]) => activeIn === undefined || (row.values[1] ?? 0) > 0;
  const asked = read.filter(isAsked);
  const matrix = FeatureMatrix.fromColumns(
    inputs.map(({ id }) => id),
    inputs.map((_, column) =>
      Float64Array.from(asked, ({ values }) => values[beside.length + column] ?? Number.NaN),
    ),
  );
  const said =
    asked.length === 0 ? [] : await score(matrix, { threads, ...(signal === undefined ? {} : { signal }) });
  const answers = wanted.flatMap(({ name }) => said.find((output) => output.name === name) ?? []);
  let next = 0;
  return read.map((row) => ({
    playerId: row.player_id,
    version,
    outputs: isAsked(row) ? answersOf(answers, next++) : {},
    eventsCount: row.values[0] ?? 0,
  }));
}

/** An output that is undefined for the player is left out. */
function answersOf(outputs: readonly ModelOutput[], row: number): Record<string, number> {
  const answers: Record<string, number> = {};
  for (const { name, values } of outputs) {
    const value = values[row];
    if (value !== undefined && Number.isFinite(value)) answers[name] = value;
  }
  return answers;
}

function isSame(before: Record<string, number> | null, after: Record<string, number>): boolean {
  if (before === null) return Object.keys(after).length === 0;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every((name) => before[name] === after[name]);
}
