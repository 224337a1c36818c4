import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diskFull } from './cases/disk-full.ts';
import { drain } from './cases/drain.ts';
import { forever } from './cases/forever.ts';
import { forgetful } from './cases/forgetful.ts';
import { kills } from './cases/kills.ts';
import { memory } from './cases/memory.ts';
import { overload } from './cases/overload.ts';
import { together } from './cases/together.ts';
import { Cluster } from './lib/cluster.ts';
import { type Case, type Options, Run, Skip } from './lib/run.ts';

/**
 * `npm run test:faults`: the promises that hold when things break, on real processes that are really broken. See README.md.
 */

const all: Case[] = [kills, forgetful, together, forever, drain, overload, diskFull, memory];

const usage = `Usage: npm run test:faults -- [--seconds N] [--seed N] [--short] [--memory] [CASE …]
  CASE       one of: ${all.map(({ name }) => name).join(', ')}; all but memory where left out
  --seconds  how long the load with kills, or the memory test, lasts: 600 where left out
  --seed     what is sent and what is killed follow from it; random where left out, and printed
  --short    the version of two minutes that \`npm test\` runs
  --memory   the same as the case memory`;

function readOptions(): { names: string[]; options: Omit<Options, 'folder'> } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string' },
      seed: { type: 'string' },
      short: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const number = (text: string | undefined, otherwise: number): number => {
    const value = text === undefined ? otherwise : Number(text);
    if (Number.isInteger(value) && value > 0 && value < 2 ** 31) return value;
    throw new Error(`${text} is not a whole number above 0.`);
  };
  const unknown = positionals.find((name) => all.every((each) => each.name !== name));
  if (values.help || unknown !== undefined) throw new Error(usage);
  const names = values.memory ? ['memory', ...positionals] : positionals;
  return {
    names,
    options: {
      short: values.short,
      seconds: number(values.seconds, values.short ? 20 : 600),
      seed: number(values.seed, Math.floor(Math.random() * 1e9) + 1),
    },
  };
}

async function runCase(each: Case, options: Options, cluster: Cluster): Promise<boolean> {
  const began = performance.now();
  const run = new Run(each.name, options, cluster);
  console.log(`\n${each.name}: ${each.about}`);
  try {
    if (!cluster.running) await cluster.start();
    await each.run(run);
  } catch (error) {
    if (error instanceof Skip) {
      console.log(`  SKIPPED: ${error.message}`);
      return true;
    }
    run.check(false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${run.failures.length === 0 ? 'ok  ' : 'FAIL'} ${each.name} ${seconds} s`);
  return run.failures.length === 0;
}

async function main(): Promise<number> {
  if (process.platform !== 'linux') {
    console.log('SKIPPED: the fault tests, which look at processes by /proc, run on Linux only.');
    return 0;
  }
  const { names, options } = readOptions();
  const cases = all.filter(({ name }) => (names.length === 0 ? name !== 'memory' : names.includes(name)));
  console.log(
    `seed ${options.seed} (again with: npm run test:faults -- --seed ${options.seed}${options.short ? ' --short' : ''})`,
  );
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-faults-'));
  // Under root the database runs as another user, who has to reach its data.
  await chmod(folder, 0o755);
  try {
    const cluster = await Cluster.make(join(folder, 'cluster'));
    const failed: string[] = [];
    try {
      for (const each of cases)
        if (!(await runCase(each, { ...options, folder }, cluster))) failed.push(each.name);
    } finally {
      await cluster.stop();
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(
      failed.length === 0
        ? `\nfaults: ${cases.length} cases passed in ${seconds} s, seed ${options.seed}`
        : `\nfaults: FAILED ${failed.join(', ')} in ${seconds} s, seed ${options.seed}`,
    );
    return failed.length === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
