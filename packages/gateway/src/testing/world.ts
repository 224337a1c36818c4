import { aLetter, keepLetters } from './a-letter.ts';
import { onnxBytes, onnxManifest } from './an-onnx-model.ts';
import { anEvent, type TestGateway, type TestTenant } from './test-gateway.ts';

/** What a tenant needs for every operation to have something to answer with. Ids are the tenant's real ones. */
export type World = {
  player: string;
  segment: string;
  model: string;
  /** Of the model, ready and not served. */
  version: number;
  /** A model of somebody else's making. */
  brought: string;
  job: string;
  letter: string;
};

/** The same of nothing: well-formed ids that nobody has. */
export const nowhere: World = {
  player: 'nobody',
  segment: '00000000-0000-7000-8000-000000000001',
  model: '00000000-0000-7000-8000-000000000002',
  version: 2,
  brought: '00000000-0000-7000-8000-000000000005',
  job: '00000000-0000-7000-8000-000000000003',
  letter: '00000000-0000-7000-8000-000000000004',
};

/** Gives a tenant players, a segment that holds some of them, a trained model, and a dead letter. */
export async function populate(gateway: TestGateway, tenant: TestTenant, player: string): Promise<World> {
  const client = gateway.client(tenant.secretKey);
  const players = Array.from({ length: 12 }, (_, index) => (index === 0 ? player : `${player}-${index}`));
  await client.events.send(
    players.flatMap((id, index) => [
      anEvent({
        type: 'player.registered',
        player: id,
        brand: 'arena',
        data: { country: 'BR', vipLevel: 'gold' },
      }),
      anEvent({ player: id, data: { amount: (index + 1) * 1000, currency: 'BRL' } }),
      anEvent({ type: 'bet.placed', player: id, data: { betId: `b-${id}`, stake: 500, currency: 'BRL' } }),
      anEvent({ type: 'restriction.set', player: id, data: { restriction: 'time_out', scope: 'operator' } }),
    ]),
  );
  const segment = await client.segments.create({
    name: 'depositors',
    rule: { feature: 'deposits_amount_30d', op: 'gte', value: 1000 },
  });
  const letter = await aDeadLetter(gateway, tenant);
  const { model: brought } = await client.models.import({
    name: 'brought',
    manifest: onnxManifest,
    file: onnxBytes,
  });
  return { player, segment: segment.id, letter, brought, ...(await aModel(gateway, tenant)) };
}

/** Trains a model, whose first version is served, and a second version. */
export async function aModel(
  gateway: TestGateway,
  tenant: TestTenant,
): Promise<Pick<World, 'model' | 'version' | 'job'>> {
  const client = gateway.client(tenant.secretKey);
  const { id, job } = await client.models.create({
    name: 'groups',
    k: 2,
    features: ['deposits_amount_30d', 'bets_count_30d'],
  });
  await client.jobs.wait(job, { pollMs: 50 });
  return { model: id, version: await anotherVersion(gateway, tenant, id), job };
}

/** Trains one more version of a model, and returns its number. */
export async function anotherVersion(
  gateway: TestGateway,
  tenant: TestTenant,
  model: string,
): Promise<number> {
  const client = gateway.client(tenant.secretKey);
  const { version, job } = await client.models.trainVersion(model, { seed: 2 });
  await client.jobs.wait(job, { pollMs: 50 });
  return version;
}

/** Keeps something that will never be an event, and returns the id of its letter. */
export async function aDeadLetter(gateway: TestGateway, tenant: TestTenant): Promise<string> {
  const ids = await keepLetters(gateway, tenant.tenantId, [aLetter({ id: 'no event' })]);
  const id = ids.at(-1);
  if (id === undefined) throw new Error('the letter is not in the list');
  return id;
}
