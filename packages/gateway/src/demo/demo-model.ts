import type { Principal } from '../auth/principal.ts';
import type { JobsService } from '../services/jobs/jobs-service.ts';
import type { ModelsService } from '../services/models/models-service.ts';

const pollMs = 100;

/** Trains the first model where there is none that is ready, as any caller would: by the API's own job. Resolves with its size. */
export async function trainDemoModel(
  ports: { models: ModelsService; jobs: JobsService; principal: Principal },
  watch: { signal: AbortSignal; onProgress(share: number): void },
): Promise<{ k: number; trained: boolean }> {
  const { models, jobs, principal } = ports;
  const { data } = await models.list(principal, { limit: 100 });
  const ready = data.find(({ state }) => state === 'ready');
  if (ready !== undefined) return { k: ready.k, trained: false };
  const unfinished = data.find(({ state }) => state === 'training');
  const model =
    unfinished ??
    (await models.create(principal, { name: nameAfter(data.length), algorithm: 'kmeans', k: 7, seed: 2026 }));
  for (;;) {
    watch.signal.throwIfAborted();
    const job = await jobs.read(principal, model.job);
    watch.onProgress(job.progress);
    if (job.state === 'succeeded') return { k: model.k, trained: true };
    if (job.state === 'failed' || job.state === 'cancelled') {
      throw new Error(`the training of the first model has ${job.state}: ${job.detail ?? 'no reason given'}`);
    }
    await new Promise((next) => setTimeout(next, pollMs));
  }
}

/** Names are unique, and an earlier attempt may have failed under the first. */
const nameAfter = (earlier: number) => (earlier === 0 ? 'Ways of playing' : `Ways of playing ${earlier + 1}`);
