import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../errors.ts';
import { familyInput, goodInput, inputCases } from '../../testing/family-inputs.ts';
import { openPool } from '../pool.ts';
import { type EngineWorker, openEngineWorker } from './engine-client.ts';
import type { TaskName } from './tasks.ts';

let liveWorkers = 0;
process.on('worker', (worker: Worker) => {
  liveWorkers++;
  worker.once('exit', () => liveWorkers--);
});

/** Its code; what the worker could not name would come as `engine_worker_failed`. */
async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.code;
  }
}

describe('one worker that is given everything bad', () => {
  let worker: EngineWorker;
  beforeAll(() => {
    worker = openEngineWorker();
  });
  afterAll(async () => {
    await worker.close();
    expect(liveWorkers).toBe(0);
  });

  it.each<[string, string[], (number[] | undefined)[]]>([
    ['no columns', [], []],
    ['a name twice', ['a', 'a'], [[1], [2]]],
    ['an empty name', [''], [[1]]],
    ['too few names', ['a'], [[1], [2]]],
    ['too many names', ['a', 'b'], [[1]]],
    ['columns of different lengths', ['a', 'b'], [[1, 2], [2]]],
    ['an infinite value', ['a'], [[1, Number.POSITIVE_INFINITY]]],
    ['the other infinity', ['a'], [[Number.NEGATIVE_INFINITY]]],
    ['a value beyond the largest', ['a'], [[3e38]]],
  ])('refuses a matrix with %s', async (_, names, columns) => {
    const load = worker.load(
      names,
      columns.map((column = []) => Float32Array.from(column)),
    );
    expect(await codeOf(load)).toMatch(/^engine_matrix_/);
  });

  it.each(inputCases)('runs every task on $name, or refuses it', async (inputCase) => {
    const { matrix, clusters } = familyInput(inputCase);
    const held = await worker.load(
      matrix.names,
      matrix.columns().map((column) => Float32Array.from(column)),
    );
    // The two that are left out take a model besides, which the family's own suite gives them.
    const calls: Record<Exclude<TaskName, 'applyModel' | 'customerValue'>, () => Promise<unknown>> = {
      kmeans: () => worker.run('kmeans', held, { k: 3 }),
      chooseK: () => worker.run('chooseK', held, { to: 3, references: 0, initializations: 1 }),
      dbscan: () => worker.run('dbscan', held, { eps: 0.6, minPoints: 4 }),
      hdbscan: () => worker.run('hdbscan', held, { minClusterSize: 8 }),
      fitRfm: () => worker.run('fitRfm', held, {}),
      fitBgNbd: () => worker.run('fitBgNbd', held, { horizon: 26 }),
      fitGammaGamma: () => worker.run('fitGammaGamma', held, {}),
      project2d: () => worker.run('project2d', held, {}),
      clusterRules: () => worker.run('clusterRules', held, { labels: clusters }),
      clusterProfiles: () => worker.run('clusterProfiles', held, { labels: clusters, k: 3 }),
    };
    for (const call of Object.values(calls)) {
      const code = await codeOf(call());
      if (code !== undefined) expect(code).toMatch(/^engine_(?!worker_failed)/);
    }
    held.free();
  });

  it('does not start a task whose signal says no', async () => {
    const { matrix } = goodInput();
    const held = await worker.load(
      matrix.names,
      matrix.columns().map((column) => column.slice()),
    );
    const run = worker.run('kmeans', held, { k: 3, signal: AbortSignal.abort() });
    expect(await codeOf(run)).toBe('engine_aborted');
  });
});

describe('a pool', () => {
  it.each([-1, 0, 0.5, 65, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])(
    'of %s threads is refused, and none is left',
    async (threads) => {
      expect(await codeOf(openPool({ threads }))).toBe('engine_option_invalid');
      expect(liveWorkers).toBe(0);
    },
  );
});
