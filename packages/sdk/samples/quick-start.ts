import { CRMBet, NotFoundError } from '@crmbet/sdk';

const crmbet = new CRMBet({ apiKey: process.env.CRMBET_SECRET_KEY, baseUrl: process.env.CRMBET_URL ?? '' });

// An event counts once, however often it is sent: its id is unique for ever.
await crmbet.events.send({
  id: 'deposit-981',
  type: 'deposit.approved',
  player: 'p-1042',
  time: '2026-05-05T14:03:00Z',
  data: { amount: 12_50, currency: 'BRL', method: 'pix' },
});

const segment = await crmbet.segments.create({
  name: 'Depositors of the month',
  rule: { feature: 'deposits_amount_30d', op: 'gte', value: 100_00 },
});

// Pages are fetched as the loop goes on.
for await (const { player } of crmbet.segments.members(segment.id)) console.log(player);

const model = await crmbet.models.create({ name: 'Behaviour', k: 6 });
await crmbet.jobs.wait(model.job, {
  onProgress: ({ progress }) => console.log(`${Math.round(progress * 100)} %`),
});
for (const cluster of (await crmbet.models.clusters(model.id)).data)
  console.log(cluster.size, cluster.traits);

try {
  await crmbet.players.get('nobody');
} catch (error) {
  if (error instanceof NotFoundError) console.log(error.code, error.requestId);
}
