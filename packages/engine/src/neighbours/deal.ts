import type { SearchLane } from './calls.ts';
import type { SearchPool } from './points.ts';

/** Gives every lane the next job as soon as it is done with its last one, until none is left. */
export async function deal<J>(
  pool: SearchPool,
  jobs: readonly J[],
  work: (lane: SearchLane, job: J, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    pool.lanes.map(async (lane) => {
      for (let index = next++; index < jobs.length; index = next++) {
        const job = jobs[index];
        if (job === undefined) return;
        await work(lane, job, index);
        await pool.breathe();
      }
    }),
  );
}
