import type { Rng } from '../../../packages/gateway/src/demo/generator/rng.ts';
import type { Gateway } from './gateway.ts';
import { childrenOf, runs, send } from './processes.ts';
import type { Run } from './run.ts';
import { sleep, until } from './time.ts';

export type Broken = {
  gatewayPids: number[];
  /** Of gateways that have several processes, one of them killed. */
  workerPids: number[];
  postgresPids: number[];
  postgresKills: number;
  recoveriesBefore: number;
  /** Whether a gateway was seen to stand still. */
  frozen: boolean;
};

/** Kills, at random moments until the end, gateways and PostgreSQL, alone and together; each kind at least once, and then any. */
export async function breakThings(run: Run, gateways: readonly Gateway[], end: number): Promise<Broken> {
  const rng = run.rng(2);
  const done: Broken = {
    gatewayPids: [],
    workerPids: [],
    postgresPids: [],
    postgresKills: 0,
    recoveriesBefore: run.cluster.recoveries(),
    frozen: false,
  };
  const kinds = {
    async gateway() {
      const gateway = gateways[rng.int(0, gateways.length - 1)];
      if (gateway === undefined) return;
      done.gatewayPids.push(await gateway.kill());
      await sleep(rng.between(0, 1500));
      await gateway.start();
    },
    async worker() {
      const several = gateways.filter((each) => childrenOf(each.pid).length > 1);
      const workers = several.flatMap((each) => childrenOf(each.pid));
      const pid = workers[rng.int(0, Math.max(0, workers.length - 1))];
      if (pid === undefined) return;
      send(pid, 'SIGKILL');
      // The primary starts another by itself.
      if (await until(() => !runs(pid), 5000)) done.workerPids.push(pid);
    },
    async postgres() {
      done.postgresPids.push(...(await run.cluster.kill()));
      done.postgresKills += 1;
      await sleep(rng.between(0, 1500));
      await run.cluster.start();
    },
    async everything() {
      await Promise.all([
        run.cluster.kill().then((pids) => done.postgresPids.push(...pids)),
        ...gateways.map(async (gateway) => done.gatewayPids.push(await gateway.kill())),
      ]);
      done.postgresKills += 1;
      // Gateways that start before their database are started again until it is there.
      await Promise.all([
        sleep(rng.between(0, 1000)).then(() => run.cluster.start()),
        ...gateways.map((gateway) => gateway.start()),
      ]);
    },
    async freeze() {
      const gateway = gateways[rng.int(0, gateways.length - 1)];
      if (await gateway?.freeze(run.options.short ? 3500 : 6000)) done.frozen = true;
    },
  };
  const names = ['gateway', 'worker', 'postgres', 'everything', 'freeze'] as const;
  const first = shuffled(names, rng);
  const meanMs = run.options.short ? 1500 : 5000;
  for (let round = 0; performance.now() < end || round < first.length; round += 1) {
    await sleep(500 + rng.exponential(meanMs));
    const name = first[round] ?? names[rng.weighted([4, 3, 4, 1, 1])] ?? 'gateway';
    await kinds[name]();
  }
  return done;
}

function shuffled<T>(values: readonly T[], rng: Rng): T[] {
  return values
    .map((value) => ({ value, key: rng.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
