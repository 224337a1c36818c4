import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@crmbet/gateway';
import { createTenant, type Gateway, serve } from '../gateway.ts';
import { childrenOf } from './children.ts';
import { Stream } from './stream.ts';

const quick = process.argv.includes('--quick');
const events = quick ? 40 : 200;
const kills = quick ? 2 : 5;

const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (value === undefined) throw new Error('There is no quantile of nothing.');
  return Math.round(value);
};

async function post(url: string, key: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

type Delays = { stream: number[]; segment: number[] };

/** From the answer to an event until a stream shows it, and until it shows that its player has entered a segment. */
async function delays(takesIn: Gateway, shows: Gateway, key: string, label: string): Promise<Delays> {
  await post(takesIn.url, key, '/v1/segments', {
    name: label,
    rule: { feature: 'deposits_count_7d', op: 'gte', value: 1 },
  });
  const stream = await Stream.open(shows.url, key);
  const found: Delays = { stream: [], segment: [] };
  for (let n = 0; n < events; n += 1) {
    const player = `${label}-${n}`;
    await post(takesIn.url, key, '/v1/events', {
      id: `e-${player}`,
      type: 'deposit.approved',
      player,
      time: new Date().toISOString(),
      data: { amount: 100, currency: 'BRL' },
    });
    const answeredAt = performance.now();
    found.stream.push(Math.max(0, (await stream.seenAt('player.event', player)) - answeredAt));
    found.segment.push(Math.max(0, (await stream.seenAt('segment.entered', player)) - answeredAt));
  }
  await stream.close();
  return found;
}

/** From a kill -9 of a process that answers until there are as many again and a request is answered. */
async function replacement(databaseUrl: string): Promise<number[]> {
  const gateway = await serve(databaseUrl, ['--workers', '2']);
  const found: number[] = [];
  try {
    for (let n = 0; n < kills; n += 1) {
      const before = childrenOf(gateway.pid);
      const [victim] = before;
      if (victim === undefined) throw new Error('There is no process to kill.');
      process.kill(victim, 'SIGKILL');
      const killedAt = performance.now();
      for (;;) {
        const text = await fetch(`${gateway.url}/metrics`, { headers: { connection: 'close' } })
          .then((response) => response.text())
          .catch(() => '');
        const isBack =
          childrenOf(gateway.pid).length === before.length && !childrenOf(gateway.pid).includes(victim);
        // A process that has its own page of metrics is up.
        const up = new Set(
          [...text.matchAll(/^process_cpu_seconds_total{process="(api-\d+)"}/gm)].map(([, name]) => name),
        );
        if (isBack && up.size === 2) break;
        await new Promise((next) => setTimeout(next, 20));
      }
      found.push(performance.now() - killedAt);
      // Longer than a first back-off, so that each kill is a first one.
      await new Promise((next) => setTimeout(next, 31_000 / (quick ? 10 : 1)));
    }
  } finally {
    await gateway.stop();
  }
  return found;
}

const folder = await mkdtemp(join(tmpdir(), 'crmbet-bench-'));
// Under root the database runs as another user, who has to reach its data.
await chmod(folder, 0o755);
const database = await startEmbeddedPostgres({ folder });
try {
  const key = createTenant(database.url, 'bench');
  const alone = await serve(database.url, []);
  const same = await delays(alone, alone, key, 'same').finally(() => alone.stop());

  const parts: Gateway[] = [];
  for (const role of ['worker', 'api', 'api']) parts.push(await serve(database.url, ['--role', role]));
  const [, takesIn, shows] = parts;
  if (takesIn === undefined || shows === undefined) throw new Error('A gateway is missing.');
  const other = await delays(takesIn, shows, createTenant(database.url, 'other'), 'other').finally(() =>
    Promise.all(parts.map((part) => part.stop())),
  );
  const replaced = await replacement(database.url);

  const figures = {
    bench: 'processes',
    stream_same_ms: quantile(same.stream, 0.5),
    stream_other_ms: quantile(other.stream, 0.5),
    stream_other_p99_ms: quantile(other.stream, 0.99),
    segment_same_ms: quantile(same.segment, 0.5),
    segment_other_ms: quantile(other.segment, 0.5),
    segment_other_p99_ms: quantile(other.segment, 0.99),
    replaced_ms: quantile(replaced, 0.5),
  };
  const cpu = cpus();
  const machine = { cpu: cpu[0]?.model ?? 'unknown', cores: cpu.length, platform: process.platform };
  const results = join(import.meta.dirname, '..', 'results');
  await mkdir(results, { recursive: true });
  await writeFile(
    join(results, 'processes.json'),
    `${JSON.stringify({ ...figures, same, other, replaced, machine, node: process.version }, null, 2)}\n`,
  );
  console.table({
    'event on a stream, ms': {
      'one process': figures.stream_same_ms,
      'another process': figures.stream_other_ms,
      'another, p99': figures.stream_other_p99_ms,
    },
    'player in a segment, ms': {
      'one process': figures.segment_same_ms,
      'another process': figures.segment_other_ms,
      'another, p99': figures.segment_other_p99_ms,
    },
    'killed process replaced, ms': { 'one process': figures.replaced_ms },
  });
  console.log(JSON.stringify(figures));
} finally {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}
