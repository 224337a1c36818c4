import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@crmbet/gateway';
import postgres from 'postgres';
import { createTenant, crmbet, serve } from '../gateway.ts';
import type { Report } from './client.ts';
import { events, type Population } from './events.ts';
import { measureLimits } from './limits.ts';
import { cpuSecondsOf, residentMb, runClient } from './processes.ts';

const quick = process.argv.includes('--quick');
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  const value = at === -1 ? otherwise : Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number above 0.`);
  return value;
};

const rounds = option('rounds', quick ? 1 : 3);
const eventsOfLimit = option('limit-events', quick ? 200_000 : 400_000);
const eventsOfBatches = option('events', quick ? 100_000 : 300_000);
const eventsOfSingles = option('singles', quick ? 30_000 : 80_000);
const workers = option('workers', 1);

/** A fifth of the players brings four fifths of the bets; the other population is the worst case, everybody once at the whistle. */
const usual: Population = { players: 50_000, topFifth: 0.8 };
const alike: Population = { players: 50_000, topFifth: 0.2 };
/** Some hundred people at the machines of a casino: a batch holds several events of each. */
const few: Population = { players: 500, topFifth: 0.8 };

type Load = {
  name: string;
  population: Population;
  connections: number;
  perRequest: number;
  events: number;
};
const loads: Load[] = [
  { name: 'batches', population: usual, connections: 8, perRequest: 500, events: eventsOfBatches },
  { name: 'batches, all alike', population: alike, connections: 8, perRequest: 500, events: eventsOfBatches },
  { name: 'batches, few players', population: few, connections: 8, perRequest: 500, events: eventsOfBatches },
  { name: 'singles', population: usual, connections: 256, perRequest: 1, events: eventsOfSingles },
];

type Measured = Report & {
  perSecond: number;
  /** Processor seconds, of the gateway and of PostgreSQL. */
  gatewayCpuSeconds: number;
  postgresCpuSeconds: number;
  residentMb: number;
};

const median = (values: readonly number[]): number => {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
  if (middle === undefined) throw new Error('There is no median of nothing.');
  return middle;
};

async function withPostgres<T>(work: (url: string, pid: number) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-bench-'));
  // Under root the database runs as another user, who has to reach its data.
  await chmod(folder, 0o755);
  try {
    const server = await startEmbeddedPostgres({ folder });
    try {
      return await work(server.url, server.pid);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sends one load to a gateway that knows its players, and checks that what was acknowledged is stored and counted. */
async function measure(load: Load, round: number): Promise<Measured> {
  return await withPostgres(async (url, postgresPid) => {
    crmbet(url, 'migrate');
    const key = createTenant(url, 'bench');
    const gateway = await serve(url, workers > 1 ? ['--workers', String(workers)] : []);
    try {
      const { population, connections, perRequest } = load;
      const order = { url: gateway.url, key, population };
      const startMs = Date.now() - 60_000;
      // Everybody has played before, and the code has run the way that is measured.
      const warmUps = [
        { events: 60_000, perRequest: 500, connections: 8, seed: 1_000 + round },
        { events: Math.min(40_000, load.events), perRequest, connections, seed: 2_000 + round },
      ];
      let acknowledged = 0;
      for (const warmUp of warmUps)
        acknowledged += (await runClient({ ...order, ...warmUp, startMs }, () => {})).accepted;
      const cpu = { gateway: 0, postgres: 0 };
      const report = await runClient(
        { ...order, events: load.events, perRequest, connections, seed: 1 + round, startMs },
        () => {
          cpu.gateway = cpuSecondsOf(gateway.pid) ?? 0;
          cpu.postgres = cpuSecondsOf(postgresPid) ?? 0;
        },
      );
      const measured = {
        ...report,
        perSecond: report.accepted / report.seconds,
        gatewayCpuSeconds: (cpuSecondsOf(gateway.pid) ?? 0) - cpu.gateway,
        postgresCpuSeconds: (cpuSecondsOf(postgresPid) ?? 0) - cpu.postgres,
        residentMb: residentMb(gateway.pid) ?? 0,
      };
      if (report.accepted !== load.events)
        throw new Error(`${report.accepted} of ${load.events} events were accepted.`);
      await requireStored(url, acknowledged + report.accepted);
      return measured;
    } finally {
      await gateway.stop();
    }
  });
}

async function requireStored(databaseUrl: string, expected: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const [row] = await sql<{ events: string; ids: string; days: string; life: string }[]>`
      SELECT (SELECT count(*) FROM crmbet.events) AS events, (SELECT count(*) FROM crmbet.event_ids) AS ids,
        (SELECT sum(events_count) FROM crmbet.player_day) AS days, (SELECT sum(events_count) FROM crmbet.player_state) AS life`;
    for (const [where, count] of Object.entries(row ?? {})) {
      if (Number(count) !== expected)
        throw new Error(`${expected} events were acknowledged, and ${where} says ${count}.`);
    }
  } finally {
    await sql.end();
  }
}

async function limits(round: number) {
  return await withPostgres(async (url) => {
    crmbet(url, 'migrate');
    const made = [
      ...events(eventsOfLimit, { population: usual, seed: 1 + round, startMs: Date.now() - 60_000 }),
    ];
    return await measureLimits(url, made);
  });
}

const limitRounds: Awaited<ReturnType<typeof limits>>[] = [];
const loadRounds = new Map<string, Measured[]>(loads.map(({ name }) => [name, []]));

for (let round = 0; round < rounds; round += 1) {
  // Every other round the other way round: what runs last finds a warmer or a busier machine.
  const order = round % 2 === 0 ? loads : loads.toReversed();
  if (round % 2 === 0) limitRounds.push(await limits(round));
  for (const load of order) {
    const measured = await measure(load, round);
    loadRounds.get(load.name)?.push(measured);
    console.log(`round ${round + 1}: ${load.name}: ${Math.round(measured.perSecond)}/s`);
  }
  if (round % 2 === 1) limitRounds.push(await limits(round));
}

const limit = (name: keyof Awaited<ReturnType<typeof limits>>) =>
  Math.round(median(limitRounds.map((measured) => measured[name])));
const load = (name: string, of: (measured: Measured) => number) =>
  median((loadRounds.get(name) ?? []).map(of));

const rawCopy = limit('copyEvents');
const perCoreOf = ({ accepted, gatewayCpuSeconds, postgresCpuSeconds }: Measured) =>
  accepted / (gatewayCpuSeconds + postgresCpuSeconds);
const figures = {
  bench: 'ingest',
  raw_copy_per_s: rawCopy,
  batch_per_s: Math.round(load('batches', ({ perSecond }) => perSecond)),
  batch_vs_copy: Number((load('batches', ({ perSecond }) => perSecond) / rawCopy).toFixed(2)),
  single_per_s_core: Math.round(load('singles', perCoreOf)),
  single_p99_ms: Number(load('singles', ({ p99 }) => p99).toFixed(1)),
};

const results = join(import.meta.dirname, '..', 'results');
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, platform: process.platform };
await mkdir(results, { recursive: true });
await writeFile(
  join(results, 'ingest.json'),
  `${JSON.stringify({ ...figures, workers, limits: limitRounds, loads: Object.fromEntries(loadRounds), machine, node: process.version }, null, 2)}\n`,
);

console.log('\nWhat PostgreSQL alone does with the same rows');
console.table({
  'COPY into events': { 'rows/s': rawCopy },
  'COPY into events and event_ids': { 'rows/s': limit('copyEventsAndIds') },
  'unnest into events and event_ids': { 'rows/s': limit('unnestEventsAndIds') },
});
console.log(
  `Through HTTP: checked, deduplicated, durable, counted${workers > 1 ? `; ${workers} workers` : ''}`,
);
console.table(
  Object.fromEntries(
    loads.map(({ name }) => {
      const micros = (of: (measured: Measured) => number) =>
        Number(load(name, (measured) => (of(measured) * 1e6) / measured.accepted).toFixed(1));
      return [
        name,
        {
          'events/s': Math.round(load(name, ({ perSecond }) => perSecond)),
          'of COPY': Number((load(name, ({ perSecond }) => perSecond) / rawCopy).toFixed(2)),
          'p50, ms': Number(load(name, ({ p50 }) => p50).toFixed(1)),
          'p99, ms': Number(load(name, ({ p99 }) => p99).toFixed(1)),
          'gateway, µs': micros(({ gatewayCpuSeconds }) => gatewayCpuSeconds),
          'PostgreSQL, µs': micros(({ postgresCpuSeconds }) => postgresCpuSeconds),
          'client, µs': micros(({ clientCpuSeconds }) => clientCpuSeconds),
          'gateway, MB': Math.round(load(name, (measured) => measured.residentMb)),
        },
      ];
    }),
  ),
);
console.log(JSON.stringify(figures));
