import { finishJob } from '../db/queries/jobs.ts';
import { findLiveModel, holdLive, type LiveModel, stalePlayers } from '../db/queries/player-scores.ts';
import type { Keeper } from '../segments/keepers.ts';
import type { TenantDirectory } from '../services/tenants/tenant-directory.ts';
import type { JobData } from './job-queue.ts';
import { type JobPorts, runJob, type Work } from './run-job.ts';
import { type SlicePorts, scoreSlice, sliceSize } from './score-slice.ts';

export type ScoringPorts = JobPorts &
  SlicePorts & {
    tenants: TenantDirectory;
    /** Told at the end whose scores are others now. */
    segments: Pick<Keeper, 'touch' | 'touchEverybody'>;
  };

type ScorePlayersJob = JobData['score_players'];

/** As many as are named; beyond it everybody is looked at. */
const maxNamed = 5000;

/**
 * Scores every player whose score is missing or old, some at a time. What was scored before a stop or a kill is not scored again:
 * its score is of the state and the day that it should be of. Where other versions are promoted meanwhile it begins again with them.
 */
export async function scorePlayers(
  ports: ScoringPorts,
  job: ScorePlayersJob,
  stopping: AbortSignal,
): Promise<void> {
  const changed: string[] = [];
  try {
    await runJob(ports, job, stopping, async (work) => {
      for (;;) {
        const live = await findLiveModel(ports.db.sql, job.tenantId, job.modelId);
        if (live !== undefined && !(await scoreAll(ports, job, live, work, changed))) continue;
        const ended = await ports.db.sql.begin(async (tx) => {
          if (live !== undefined && !(await holdLive(tx, job.tenantId, live))) return 'others answer now';
          return (await finishJob(tx, job.jobId, new Date())) ? 'finished' : 'cancelled';
        });
        if (ended !== 'others answer now') return;
      }
    });
  } finally {
    // Of a run that was cut off too: its scores stand.
    if (changed.length > maxNamed) ports.segments.touchEverybody(job.tenantId, true);
    else ports.segments.touch(job.tenantId, changed, true);
  }
}

/** False where other versions answer by now. */
async function scoreAll(
  ports: ScoringPorts,
  { tenantId }: ScorePlayersJob,
  live: LiveModel,
  { signal, reach }: Work,
  changed: string[],
): Promise<boolean> {
  const tenant = await ports.tenants.get(tenantId);
  let after: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const now = new Date();
    const scope = { tenantId, today: tenant.today(now), after };
    const players = await stalePlayers(ports.db.sql, live, scope, sliceSize);
    const last = players.at(-1);
    if (last === undefined) return true;
    const others = await scoreSlice(ports, { tenant, live, players, now, signal });
    if (others === undefined) return false;
    if (changed.length <= maxNamed) changed.push(...others);
    after = last.player_id;
    await reach(placeOf(after), 'scoring');
    if (players.length < sliceSize) return true;
  }
}

/** The ids of players are hashes, so how far an id lies is how far the work is. */
const placeOf = (playerId: string): number => Number.parseInt(playerId.slice(0, 8), 16) / 2 ** 32;
