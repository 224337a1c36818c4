import { Client } from '../lib/client.ts';
import { Gateway } from '../lib/gateway.ts';
import { makeOperator } from '../lib/operator.ts';
import { noStats, produce, seenText } from '../lib/producer.ts';
import type { Case, Run } from '../lib/run.ts';
import { sleep } from '../lib/time.ts';
import type { Violation } from '../lib/truth.ts';

/** What may be gained over the second half of the load, by the line through its samples. */
const boundMb = 40;

/** Memory of a gateway under a steady load stays flat. */
export const memory: Case = {
  name: 'memory',
  about: `memory of a gateway under a steady load: the second half gains at most ${boundMb} MB`,
  async run(run) {
    const { violations } = await load(run, 'memory', run.options.seconds, []);
    run.clean(`no growth beyond ${boundMb} MB in the second half`, violations);
    const leaky = await load(run, 'leaky', Math.min(run.options.seconds, 60), ['leak']);
    run.teeth('a gateway that keeps 256 KB of every request', leaky.violations, /^grew/);
  },
};

async function load(
  run: Run,
  prefix: string,
  seconds: number,
  broken: string[],
): Promise<{ violations: Violation[] }> {
  const operator = await makeOperator(run, prefix, run.cluster, 20_000);
  const folder = `${run.options.folder}/${prefix}`;
  const gateway = await Gateway.start({ databaseUrl: operator.url, folder, broken });
  const client = new Client(operator.secretKey);
  const stats = noStats();
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const samples: { at: number; mb: number }[] = [];
  const { truth } = operator;
  try {
    const sending = { client, truth, stats, urls: [gateway.url] };
    const all = Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        produce({ ...sending, rng: run.rng(1, index) }, 100, () => elapsed() < seconds),
      ),
    );
    const every = Math.max(5, Math.round(seconds / 20));
    for (let next = every; elapsed() < seconds; ) {
      await sleep(1000);
      samples.push({ at: elapsed(), mb: gateway.rss });
      // Only its length is of interest, and it grows with the test.
      stats.latencies.length = 0;
      if (elapsed() < next) continue;
      run.say(
        `${elapsed().toFixed(0).padStart(4)} s  ${gateway.rss.toFixed(0).padStart(5)} MB  ${truth.counts.accepted} events accepted`,
      );
      next += every;
    }
    await all;
  } finally {
    client.close();
    await gateway.stop();
  }
  const second = samples.filter(({ at }) => at >= seconds / 2);
  const gained = slopeOf(second) * (seconds / 2);
  run.say(
    `${prefix}: ${seenText(stats)}; slope of the second half ${(slopeOf(second) * 60).toFixed(2)} MB a minute, ${gained.toFixed(1)} MB in all`,
  );
  const violations = gained > boundMb ? [{ kind: `grew by ${gained.toFixed(0)} MB`, about: prefix }] : [];
  if (gateway.died.length > 0)
    violations.push({ kind: `ended by itself: ${gateway.died[0]}`, about: prefix });
  return { violations };
}

/** Least squares: megabytes a second. */
export function slopeOf(samples: readonly { at: number; mb: number }[]): number {
  const mean = (values: number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const at = mean(samples.map((sample) => sample.at));
  const mb = mean(samples.map((sample) => sample.mb));
  const spread = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0);
  if (spread === 0) return 0;
  return samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.mb - mb), 0) / spread;
}
