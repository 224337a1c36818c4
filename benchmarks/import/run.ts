import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '@crmbet/gateway';
import { DuckDBInstance } from '@duckdb/node-api';
import postgres from 'postgres';
import { copyAgain } from './copy-again.ts';
import { columns, mapping, type Scenario, writeHistory } from './data.ts';

const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 3;
const run = promisify(execFile);
const crmbet = join(import.meta.dirname, '../../packages/gateway/bin/crmbet.mjs');

/** About 140 bytes a row. Sixty events of a player and a day: what somebody plays in an hour or two. */
const dense: Scenario = { rows: quick ? 1_500_000 : 10_000_000, perPlayerDay: 60 };
/** The same with ten: six times as many sums to write. */
const thin: Scenario = { rows: quick ? 750_000 : 2_500_000, perPlayerDay: 10 };
const kept: Scenario = { rows: quick ? 300_000 : 1_500_000, perPlayerDay: 60 };

type Load = {
  seconds: number;
  megabytesPerSecond: number;
  read: number;
  accepted: number;
  rejected: number;
  exact: number;
};

const folder = await mkdtemp(join(tmpdir(), 'crmbet-bench-'));
// Under root the database runs as another user, who has to reach its data.
await chmod(folder, 0o755);
const mappingFile = join(folder, 'mapping.json');
const server = await startEmbeddedPostgres({ folder: join(folder, 'db') });
const instance = await DuckDBInstance.create(':memory:', { threads: String(availableParallelism()) });
const duck = await instance.connect();

try {
  await writeFile(mappingFile, JSON.stringify(mapping));
  await crmbetRuns('migrate');
  const table: Record<string, Record<string, number | string>> = {};
  const figures = { features: [] as number[], against: [] as number[] };

  const files = [
    { name: 'csv', scenario: dense, format: 'csv', extension: 'csv' },
    { name: 'csv, ten a day', scenario: thin, format: 'csv', extension: 'csv' },
    { name: 'ndjson', scenario: thin, format: 'json', extension: 'ndjson' },
    { name: 'parquet', scenario: dense, format: 'parquet', extension: 'parquet' },
  ] as const;
  for (const { name, scenario, format, extension } of files) {
    console.log(`${name}: ${scenario.rows.toLocaleString('en-US')} rows`);
    const file = join(folder, `history.${extension}`);
    await writeHistory(duck, scenario, file, format);
    const megabytes = (await stat(file)).size / 1e6;
    const scans: number[] = [];
    const loads: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const scan = async () => scans.push(megabytes / (await secondsOf(() => scanWith(file, extension))));
      const load = async () =>
        loads.push((await loadFile(file, scenario.rows, '--features-only')).megabytesPerSecond);
      // Whoever comes second finds the file read and the machine as the first left it.
      for (const step of round % 2 === 0 ? [scan, load] : [load, scan]) await step();
    }
    if (name === 'csv') {
      figures.features.push(median(loads));
      figures.against.push(median(loads.map((speed, round) => speed / (scans[round] ?? Number.NaN))));
    }
    table[`${name}: features`] = {
      MB: Math.round(megabytes),
      'MB/s': Math.round(median(loads)),
      'rows/s': Math.round((median(loads) / megabytes) * scenario.rows),
      'limit, MB/s': Math.round(median(scans)),
      'of it': ratio(median(loads), median(scans)),
    };
    await rm(file);
  }

  console.log(`durable: ${kept.rows.toLocaleString('en-US')} rows`);
  const file = join(folder, 'events.csv');
  await writeHistory(duck, kept, file, 'csv');
  const durable: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const load = await loadFile(file, kept.rows);
    durable.push(load.read / load.seconds);
    // The rows that were just stored, as they lie there, into empty tables of the same make.
    raw.push(await copyAgain(server.url, folder));
  }
  table['csv: events, ledger and features'] = {
    MB: Math.round((await stat(file)).size / 1e6),
    'MB/s': Math.round(((await stat(file)).size / 1e6 / kept.rows) * median(durable)),
    'rows/s': Math.round(median(durable)),
    'limit, rows/s': Math.round(median(raw)),
    'of it': ratio(median(durable), median(raw)),
  };

  const result = {
    bench: 'import',
    features_mb_per_s: Math.round(median(figures.features)),
    features_vs_duckdb: ratio(median(figures.against), 1),
    durable_vs_copy: ratio(median(durable.map((speed, round) => speed / (raw[round] ?? Number.NaN))), 1),
  };
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    platform: process.platform,
    load: loadavg(),
  };
  const results = join(import.meta.dirname, '..', 'results');
  await mkdir(results, { recursive: true });
  await writeFile(
    join(results, 'import.json'),
    `${JSON.stringify({ ...result, table, machine, node: process.version }, null, 2)}\n`,
  );
  console.table(table);
  console.log(
    `load of the machine: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  );
  console.log(JSON.stringify(result));
} finally {
  duck.closeSync();
  instance.closeSync();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function crmbetRuns(...args: string[]): Promise<void> {
  await run(process.execPath, [crmbet, ...args], {
    env: { ...process.env, DATABASE_URL: server.url },
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** A process and an operator of its own for each load; the figures are those of its report. */
async function loadFile(file: string, rows: number, ...flags: string[]): Promise<Load> {
  const slug = `bench-${Date.now()}`;
  await crmbetRuns('tenants', 'create', slug, '--time-zone', 'America/Sao_Paulo');
  await crmbetRuns('import', file, '--mapping', mappingFile, '--bulk', '--tenant', slug, ...flags);
  const report: Load = JSON.parse(await readFile(`${file}.report.json`, 'utf8'));
  if (report.accepted !== rows || report.exact !== 0)
    throw new Error(`Of ${rows} rows ${report.accepted} were accepted, ${report.exact} of them one by one.`);
  const sql = postgres(server.url, { max: 1 });
  try {
    const [sums] = await sql`
      SELECT sum(s.events_count)::text AS events FROM crmbet.player_state s JOIN crmbet.tenants t ON t.id = s.tenant_id WHERE t.slug = ${slug}`;
    if (Number(sums?.events) !== rows)
      throw new Error(`The features count ${sums?.events} events of ${rows}.`);
  } finally {
    await sql.end();
  }
  return report;
}

/** What DuckDB needs to read the columns that the load uses, typed, and to add them up. */
async function scanWith(file: string, extension: string): Promise<void> {
  const types = Object.entries(columns).map(([name, type]) => `'${name}': '${type}'`);
  const read = {
    csv: `read_csv('${file}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${types.join(', ')}})`,
    ndjson: `read_json('${file}', format = 'newline_delimited', columns = {${types.join(', ')}})`,
    parquet: `read_parquet('${file}')`,
  }[extension];
  const used = Object.keys(columns).filter((name) => name !== 'provider' && name !== 'event_id');
  await duck.run(
    `SELECT count(*), ${used.map((name) => (/^(amount|stake|payout)$/.test(name) ? `sum(${name}::DECIMAL(18, 2))` : `count(${name})`)).join(', ')} FROM ${read}`,
  );
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
  if (middle === undefined) throw new Error('There is no median of nothing.');
  return middle;
}

function ratio(a: number, b: number): number {
  return Math.round((100 * a) / b) / 100;
}
