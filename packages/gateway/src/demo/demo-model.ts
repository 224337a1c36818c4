import type { Principal } from '../auth/principal.ts';
import type { JobsService } from '../services/jobs/jobs-service.ts';
import type { ModelsService } from '../services/models/models-service.ts';

type Model = Awaited<ReturnType<ModelsService['read']>>;
type Job = Awaited<ReturnType<JobsService['read']>>;

const pollMs = 100;

/** A model that is ready, else one that is being trained, else a new one, as any caller would create it. */
export async function openDemoModel(ports: { models: ModelsService; principal: Principal }): Promise<Model> {
  const { models, principal } = ports;
  const { data } = await models.list(principal, { limit: 100, purpose: 'clusters' });
  return (
    data.find(({ state }) => state === 'ready') ??
    data.find(({ state }) => state === 'training') ??
    (await models.create(principal, { name: nameAfter(data.length), algorithm: 'kmeans', k: 7, seed: 2026 }))
  );
}

/** Resolves with the job once it has ended, well or not. */
export async function waitForTraining(
  ports: { jobs: JobsService; principal: Principal },
  model: Model,
  watch: { signal: AbortSignal; onProgress(share: number): void },
): Promise<Job> {
  for (;;) {
    watch.signal.throwIfAborted();
    const job = await ports.jobs.read(ports.principal, model.job);
    if (job.state !== 'queued' && job.state !== 'running') return job;
    watch.onProgress(job.progress);
    await new Promise((next) => setTimeout(next, pollMs));
  }
}

/** Names are unique, and an earlier attempt may have failed under the first. */
const nameAfter = (earlier: number) => (earlier === 0 ? 'Ways of playing' : `Ways of playing ${earlier + 1}`);
