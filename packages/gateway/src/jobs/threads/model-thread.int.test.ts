import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { onnxManifest } from '../../testing/an-onnx-model.ts';
import { anEvent, createTestGateway, type TestGateway } from '../../testing/test-gateway.ts';
import { TrainingRefused } from '../trainers/trainer.ts';
import type { Tasks } from './messages.ts';
import { ModelThread } from './model-thread.ts';
import { readBrought } from './run-brought.ts';

let gateway: TestGateway;
const open: ModelThread[] = [];

beforeAll(async () => {
  gateway = await createTestGateway();
  await gateway
    .client()
    .events.send(
      Array.from({ length: 20 }, (_, n) =>
        anEvent({ player: `p-${n}`, data: { amount: (n + 1) * 1000, currency: 'BRL' } }),
      ),
    );
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((thread) => thread.close()));
});
afterAll(() => gateway.stop());

function aThread(): ModelThread {
  const thread = new ModelThread();
  open.push(thread);
  return thread;
}

const training = (k: number): Tasks['train']['input'] => ({
  setting: { algorithm: 'kmeans', parameters: { k } },
  tenantId: gateway.tenant.tenantId,
  databaseUrl: gateway.databaseUrl,
  replicas: undefined,
  logLevel: 'silent',
  modelId: '00000000-0000-7000-8000-000000000001',
  version: 1,
  features: ['deposits_amount_30d'],
  seed: 1,
  now: new Date(),
  threads: 1,
});

const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

/** Keeps a training waiting for its players while `work` is done. */
async function withPlayersHeld(work: () => Promise<void>): Promise<void> {
  await gateway.running.db.sql.begin(async (tx) => {
    await tx`LOCK TABLE crmbet.player_state IN ACCESS EXCLUSIVE MODE`;
    await work();
  });
}

it('gives what the training gives, and tells how far it is', async () => {
  const steps = new Set<string>();
  const trained = await aThread().run('train', training(2), { note: (_, step) => steps.add(step) });
  expect(trained.places?.playerIds).toHaveLength(20 * 16);
  expect(trained.fitted).toMatchObject({ algorithm: 'kmeans', k: 2 });
  expect(trained.places?.clusters).toHaveLength(20);
  expect(trained.places?.distances).toHaveLength(20);
  expect(steps).toContain('clustering');
});

it('hands over why a training is refused, or what went wrong, and goes on', async () => {
  const thread = aThread();
  const refused = await failure(thread.run('train', training(64)));
  expect(refused).toBeInstanceOf(TrainingRefused);
  expect(refused).toMatchObject({
    code: 'too_few_players',
    message: expect.stringContaining('there are 20'),
  });
  const nobody = { ...training(2), tenantId: '00000000-0000-7000-8000-000000000009' };
  expect(await failure(thread.run('train', nobody))).toMatchObject({
    message: expect.stringMatching(/tenant .* is gone/),
  });
  expect((await thread.run('train', training(3))).places?.clusters).toHaveLength(20);
});

it('is ended where it does not stop by itself when it is told to, and then begins anew', async () => {
  const thread = aThread();
  await withPlayersHeld(async () => {
    const control = new AbortController();
    // It waits for the database, which knows of no signal.
    const running = failure(thread.run('train', training(2), { signal: control.signal }));
    setTimeout(() => control.abort(), 500);
    expect(await running).toMatchObject({ code: 'engine_aborted' });
  });
  expect((await thread.run('train', training(2))).places?.clusters).toHaveLength(20);
});

it('rejects what still runs when it is closed', async () => {
  const thread = aThread();
  await withPlayersHeld(async () => {
    const running = failure(thread.run('train', training(2)));
    setTimeout(() => void thread.close(), 500);
    expect(await running).toMatchObject({ code: 'engine_worker_failed' });
  });
});

it('is not started for what is aborted already', async () => {
  const running = aThread().run('train', training(2), { signal: AbortSignal.abort() });
  expect(await failure(running)).toMatchObject({ code: 'engine_aborted' });
});

it('is another thread for what is asked while it ends', async () => {
  const thread = aThread();
  expect((await thread.run('train', training(2))).places?.clusters).toHaveLength(20);
  const ending = thread.close();
  expect((await thread.run('train', training(2))).places?.clusters).toHaveLength(20);
  await ending;
});

/** A protobuf field of a message's bytes. */
const field = (tag: number, bytes: Uint8Array): Uint8Array => {
  const { length } = bytes;
  const varint = [0, 7, 14, 21].map((shift) => ((length >>> shift) & 0x7f) | (shift < 21 ? 0x80 : 0));
  return Uint8Array.from([tag, ...varint, ...bytes]);
};

it('reads what others made, however long that takes, while others are answered', async () => {
  // A graph of a great many empty inputs: each is a message to be read.
  const inputs = Uint8Array.from({ length: 400_000 }, (_, index) => (index % 2 === 0 ? 0x5a : 0));
  const file = Uint8Array.from([0x08, 8, ...field(0x3a, inputs)]);
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  const error = await failure(readBrought(aThread(), file, onnxManifest));
  isOver = true;
  expect(error).toMatchObject({ code: 'engine_onnx_invalid' });
  expect(turns).toBeGreaterThan(100);
});
