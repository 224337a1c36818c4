import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { leftovers } from './leftovers.ts';
import { freePort, start } from './server.ts';

type Round = { first: number; warm: number };

const quick = process.argv.includes('--quick');

async function measure(folder: string): Promise<number> {
  const server = await start(folder, await freePort());
  const answer = await fetch(`${server.url}/readyz`).finally(() => server.stop());
  if (!answer.ok) throw new Error(`It said that it was ready, and /readyz answered ${answer.status}.`);
  const left = leftovers(folder);
  if (left.length > 0) throw new Error(`Still running after the stop:\n${left.join('\n')}`);
  return server.readySeconds;
}

async function round(): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-bench-'));
  // Under root the database runs as another user, who has to reach its data.
  await chmod(folder, 0o755);
  try {
    return { first: await measure(folder), warm: await measure(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('There is no median of nothing.');
  return Number(middle.toFixed(2));
}

const rounds: Round[] = [];
for (let i = 1; i <= (quick ? 1 : 3); i++) {
  const { first, warm } = await round();
  rounds.push({ first, warm });
  console.log(`round ${i}: first ${first.toFixed(2)} s, warm ${warm.toFixed(2)} s`);
}

const figures = {
  bench: 'start',
  first_ready_s: median(rounds.map(({ first }) => first)),
  warm_ready_s: median(rounds.map(({ warm }) => warm)),
};
const cpu = cpus();
const machine = { cpu: cpu[0]?.model ?? 'unknown', cores: cpu.length, platform: process.platform };
const results = join(import.meta.dirname, '..', 'results');
await mkdir(results, { recursive: true });
await writeFile(
  join(results, 'start.json'),
  `${JSON.stringify({ ...figures, rounds, machine, node: process.version }, null, 2)}\n`,
);

console.log();
console.table({
  'first start': { 'ready after, s': figures.first_ready_s, 'goal, s': 20 },
  'warm start': { 'ready after, s': figures.warm_ready_s, 'goal, s': 5 },
});
console.log(JSON.stringify(figures));
