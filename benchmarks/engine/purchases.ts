import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FeatureMatrix, fitBgNbd, fitGammaGamma } from '@crmbet/engine';
import { median } from './measure.ts';

const master = join(import.meta.dirname, '../../../shared/data/cdnow/CDNOW_master.txt');
const dayMs = 86_400_000;
const calibrationEnd = Date.UTC(1997, 8, 30);

/** BG/NBD and Gamma–Gamma on all CDNOW customers, 39 weeks of them, as rows of a table; empty where the data is missing. */
export async function measurePurchases(): Promise<Record<string, Record<string, string>>> {
  if (!existsSync(master)) {
    console.log(`CDNOW is missing (there is no ${master}): BG/NBD is left out.`);
    return {};
  }
  const matrix = summarise(await readFile(master, 'utf8'));
  const bgNbd = await timed(async () => (await fitBgNbd(matrix, { timeUnit: 'week', horizon: 39 })).model);
  const value = await timed(async () => (await fitGammaGamma(matrix)).model);
  const row = (
    { seconds, last }: { seconds: number; last: { parameters: object; standardErrors: object } },
    players: number,
  ): Record<string, string> => ({
    ms: (seconds * 1000).toFixed(1),
    players: String(players),
    estimates: Object.entries(last.parameters)
      .map(([name, estimate]) => {
        const error = Object.entries(last.standardErrors).find(([other]) => other === name)?.[1];
        return `${name} ${Number(estimate).toFixed(3)} ± ${Number(error).toFixed(3)}`;
      })
      .join(', '),
  });
  return {
    'BG/NBD of CDNOW': row(bgNbd, bgNbd.last.players),
    'Gamma–Gamma of CDNOW': row(value, value.last.players),
  };
}

async function timed<T>(run: () => Promise<T>): Promise<{ seconds: number; last: T }> {
  let last = await run();
  const seconds: number[] = [];
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    last = await run();
    seconds.push((performance.now() - start) / 1000);
  }
  return { seconds: median(seconds), last };
}

/** Repeat purchases by day, weeks to the last of them and to the end, and their mean value in dollars. */
function summarise(text: string): FeatureMatrix {
  const customers = new Map<string, Map<number, number>>();
  for (const line of text.split('\n')) {
    const [id, date = '', , dollars] = line.trim().split(/\s+/);
    const time = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6)));
    if (!id || !(time <= calibrationEnd)) continue;
    const days = customers.get(id) ?? new Map<number, number>();
    days.set(time, (days.get(time) ?? 0) + Number(dollars));
    customers.set(id, days);
  }
  const weeks = (from: number, to: number): number => (to - from) / (7 * dayMs);
  const rows = [...customers.values()].map((days) => {
    const times = [...days.keys()].sort((a, b) => a - b);
    const [first = 0, ...repeats] = times;
    const spent = repeats.reduce((sum, time) => sum + (days.get(time) ?? 0), 0);
    // Some bought for nothing: there is no average of what they pay.
    const mean = spent > 0 ? spent / repeats.length : Number.NaN;
    return [repeats.length, weeks(first, repeats.at(-1) ?? first), weeks(first, calibrationEnd), mean];
  });
  return FeatureMatrix.fromRows(['frequency', 'recency', 'T', 'monetary'], rows);
}
