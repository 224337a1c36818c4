import { parentPort } from 'node:worker_threads';
import { FeatureMatrix, onnxModel } from '@crmbet/engine';
import { openSql } from '../../db/sql-client.ts';
import { TenantDirectory } from '../../services/tenants/tenant-directory.ts';
import type { TrainingContext } from '../trainers/trainer.ts';
import { train } from '../trainers/trainers.ts';
import { toFailure } from './failure.ts';
import { keptOf } from './kept-training.ts';
import type { Reply, Request, Task, Tasks } from './messages.ts';
import { OpenFile } from './open-file.ts';

/** What runs in the thread; its only side effect is to listen. */

type Help = Pick<AbortController, 'signal'> & { note(share: number, step: string): void };

const files = new OpenFile();

const tasks: { [T in Task]: (input: Tasks[T]['input'], help: Help) => Promise<Tasks[T]['output']> } = {
  async train({ setting, tenantId, databaseUrl, replicas, logLevel, ...input }, help) {
    const sql = openSql(databaseUrl, 2);
    try {
      const tenant = await new TenantDirectory({ sql }).get(tenantId);
      const trainWith = (reads: TrainingContext['reads']) =>
        train(setting, { ...input, ...help, db: { sql }, reads, tenant }).then(keptOf);
      if (replicas === undefined || replicas.urls.length === 0)
        return await trainWith({ readEverything: (query) => query({ sql }) });
      const { withReplicas } = await import('./with-replicas.ts');
      return await withReplicas({ databaseUrl, replicas, logLevel }, trainWith);
    } finally {
      await sql.end({ timeout: 5 });
    }
  },
  read: ({ bytes, manifest }) => onnxModel(bytes, manifest),
  async apply({ model, bytes, columns }, { signal }) {
    const opened = await files.open(model, bytes);
    return [await opened.run(FeatureMatrix.fromColumns(model.features, columns), { signal })];
  },
};

const running = new Map<number, AbortController>();
const say = (reply: Reply) => parentPort?.postMessage(reply);

async function answer<T extends Task>(id: number, task: T, input: Tasks[T]['input']): Promise<void> {
  const control = new AbortController();
  running.set(id, control);
  const help = {
    signal: control.signal,
    note: (share: number, step: string) => say({ id, kind: 'note', share, step }),
  };
  try {
    say({ id, kind: 'done', output: await tasks[task](input, help) });
  } catch (error) {
    say({ id, kind: 'failed', failure: toFailure(error) });
  } finally {
    running.delete(id);
  }
}

// Only the gateway that started us speaks here.
parentPort?.on('message', (request: Request) => {
  if (request.task === 'abort') running.get(request.id)?.abort();
  else void answer(request.id, request.task, request.input);
});
