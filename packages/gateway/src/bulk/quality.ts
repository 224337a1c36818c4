import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { allRows, oneRow, toNumber, toText } from './duck.ts';
import type { LoadCounts } from './load-counts.ts';
import type { Plan } from './plan.ts';
import type { Share } from './source.ts';

/** Counts by value or by bucket, as they are kept from one load to the next. */
const Histogram = z.record(z.string(), z.number());
type Histogram = z.infer<typeof Histogram>;

/** What the rows of a load looked like. Amounts are minor units, instants ISO 8601 in UTC. */
export const Quality = z.object({
  /** Rows that were looked at: all of a dry run, a sample of a load. */
  looked: z.number(),
  players: z.number(),
  /** Share of empty cells by column, 0 to 1. */
  empty: z.record(z.string(), z.number()),
  times: z.object({ first: z.string().nullable(), last: z.string().nullable() }),
  amounts: z.record(
    z.string(),
    z.object({
      rows: z.number(),
      least: z.string(),
      greatest: z.string(),
      /** Of buckets a fifth wide, so each within a tenth of its value. */
      quantiles: z.object({ p05: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }),
    }),
  ),
  types: Histogram,
  hours: Histogram,
  sizes: Histogram,
});
export type Quality = z.infer<typeof Quality>;

const amountNames = ['amount', 'stake', 'payout'] as const;
/** Four buckets for each doubling. */
const bucketsPerDoubling = 4;
const middleOf = (bucket: number) => Math.round(2 ** ((bucket + 0.5) / bucketsPerDoubling) - 1);

/** Looks at shares of a file, and says in the end what they hold. */
export class QualityProbe {
  readonly #plan: Plan | undefined;
  readonly #columns: readonly string[];
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #filled = new Map<string, number>();
  readonly #bounds = new Map<string, { least: bigint; greatest: bigint }>();
  #looked = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(plan: Plan | undefined, columns: readonly string[]) {
    this.#plan = plan;
    this.#columns = columns;
  }

  /** At the first rows of a share; at one share at a time, whoever asks. */
  look(share: Share, duck: DuckDBConnection, rows: number): Promise<void> {
    const looked = this.#turn.then(() => this.#look(share, duck, rows));
    this.#turn = looked.catch(() => {});
    return looked;
  }

  async #look(share: Share, duck: DuckDBConnection, rows: number): Promise<void> {
    const all = share.cells?.(false);
    if (all === undefined || this.#plan === undefined) return;
    const cells = Number.isFinite(rows) ? `SELECT * FROM (${all}) LIMIT ${rows}` : all;
    try {
      await duck.run(`CREATE OR REPLACE TEMP TABLE looked AS ${this.#plan.looks(cells)}`);
    } catch {
      return; // Lines that are no rows; they are rejected elsewhere, one by one.
    }
    const filled = await oneRow(
      duck,
      `SELECT count(*), ${this.#columns.map((_, at) => `count(c${at})`).join(', ') || '0'} FROM (${cells})`,
    );
    this.#looked += toNumber(filled[0]);
    for (const [at, column] of this.#columns.entries())
      this.#filled.set(column, (this.#filled.get(column) ?? 0) + toNumber(filled[at + 1]));
    const counted = await allRows(duck, histograms);
    for (const [kind, key, count] of counted) this.#add(toText(kind), toText(key), toNumber(count));
    const [first, last, ...bounds] = await oneRow(
      duck,
      `SELECT min(ms), max(ms), ${amountNames.map((name) => `min(${name})::BIGINT, max(${name})::BIGINT`).join(', ')} FROM looked`,
    );
    if (first !== null && first !== undefined) {
      this.#first = Math.min(this.#first, toNumber(first));
      this.#last = Math.max(this.#last, toNumber(last));
    }
    for (const [at, name] of amountNames.entries()) {
      const [least, greatest] = [bounds[2 * at], bounds[2 * at + 1]];
      if (typeof least !== 'bigint' || typeof greatest !== 'bigint') continue;
      const known = this.#bounds.get(name);
      this.#bounds.set(name, {
        least: known === undefined || least < known.least ? least : known.least,
        greatest: known === undefined || greatest > known.greatest ? greatest : known.greatest,
      });
    }
    await duck.run('CREATE TABLE IF NOT EXISTS looked_players (player VARCHAR)');
    await duck.run(
      'INSERT INTO looked_players SELECT DISTINCT player FROM looked WHERE player NOT IN (SELECT player FROM looked_players)',
    );
    await duck.run('DROP TABLE looked');
  }

  #add(kind: string, key: string, count: number): void {
    const of = this.#counts.get(kind) ?? new Map<string, number>();
    of.set(key, (of.get(key) ?? 0) + count);
    this.#counts.set(kind, of);
  }

  async report(duck: DuckDBConnection): Promise<Quality> {
    const [players] = this.#looked === 0 ? [0] : await oneRow(duck, 'SELECT count(*) FROM looked_players');
    const iso = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);
    const sizes = new Map<string, number>();
    const amounts: Quality['amounts'] = {};
    for (const name of amountNames) {
      const buckets = this.#counts.get(name);
      const bounds = this.#bounds.get(name);
      if (buckets === undefined || bounds === undefined) continue;
      for (const [bucket, count] of buckets) sizes.set(bucket, (sizes.get(bucket) ?? 0) + count);
      amounts[name] = {
        rows: sum(buckets.values()),
        least: String(bounds.least),
        greatest: String(bounds.greatest),
        quantiles: {
          p05: quantile(buckets, 0.05),
          p50: quantile(buckets, 0.5),
          p95: quantile(buckets, 0.95),
          p99: quantile(buckets, 0.99),
        },
      };
    }
    return {
      looked: this.#looked,
      players: toNumber(players),
      empty: Object.fromEntries(
        [...this.#filled].map(([column, filled]) => [column, round(1 - filled / Math.max(1, this.#looked))]),
      ),
      times: { first: iso(this.#first), last: iso(this.#last) },
      amounts,
      types: Object.fromEntries(this.#counts.get('type') ?? []),
      hours: Object.fromEntries(this.#counts.get('hour') ?? []),
      sizes: Object.fromEntries(sizes),
    };
  }
}

const histograms = [
  `SELECT 'type' AS kind, coalesce(type, '') AS key, count(*) AS rows FROM looked GROUP BY ALL`,
  `SELECT 'hour', ((local % 86400000) // 3600000)::VARCHAR, count(*) FROM looked WHERE local IS NOT NULL GROUP BY ALL`,
  ...amountNames.map(
    (name) =>
      `SELECT '${name}', floor(log2(${name}::DOUBLE + 1) * ${bucketsPerDoubling})::BIGINT::VARCHAR, count(*) FROM looked WHERE ${name} >= 0 GROUP BY ALL`,
  ),
].join(' UNION ALL ');

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

const round = (value: number) => Math.round(value * 10_000) / 10_000;

function quantile(buckets: ReadonlyMap<string, number>, share: number): number {
  const sorted = [...buckets]
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket);
  let left = share * sum(buckets.values());
  for (const { bucket, count } of sorted) {
    left -= count;
    if (left <= 0) return middleOf(bucket);
  }
  return middleOf(sorted.at(-1)?.bucket ?? 0);
}

/** How far a load is from the one before it: population stability indexes. Below 0.1 nothing has changed; above 0.25 something has. */
export type Drift = { against: string; finishedAt: string; amounts: number; hours: number; types: number };

export const driftOf = (
  now: Quality,
  before: Quality,
  against: { name: string; finishedAt: Date },
): Drift => ({
  against: against.name,
  finishedAt: against.finishedAt.toISOString(),
  amounts: psi(now.sizes, before.sizes),
  hours: psi(now.hours, before.hours),
  types: psi(now.types, before.types),
});

/** A value that one side never had counts as one row in ten thousand: without it the index is infinite. */
const rarest = 0.0001;

/** The sum of (p − q) · ln(p / q) over all values. */
export function psi(now: Histogram, before: Histogram): number {
  const [all, allBefore] = [sum(Object.values(now)), sum(Object.values(before))];
  if (all === 0 || allBefore === 0) return 0;
  let index = 0;
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    const p = Math.max(rarest, (now[key] ?? 0) / all);
    const q = Math.max(rarest, (before[key] ?? 0) / allBefore);
    index += (p - q) * Math.log(p / q);
  }
  return round(index);
}

/**
 * 0 to 100, the same for the same file. From 100 are taken: twice the rejected rows in percent (60 at most), twice the conflicts (20 at
 * most), half the duplicates (20 at most), a quarter of the emptiest mapped column that every row needs (15 at most), and for drift 5
 * above an index of 0.1 or 15 above 0.25.
 */
export function scoreOf(
  counts: LoadCounts,
  quality: Quality,
  needed: readonly string[],
  drift: Drift | undefined,
): number {
  const percent = (rows: number) => (100 * rows) / Math.max(1, counts.read);
  const emptiest = Math.max(0, ...needed.map((column) => quality.empty[column] ?? 0));
  const furthest = drift === undefined ? 0 : Math.max(drift.amounts, drift.hours, drift.types);
  const lost =
    Math.min(60, 2 * percent(counts.rejected)) +
    Math.min(20, 2 * percent(counts.conflicts)) +
    Math.min(20, 0.5 * percent(counts.duplicates)) +
    Math.min(15, 25 * emptiest) +
    (furthest > 0.25 ? 15 : furthest > 0.1 ? 5 : 0);
  return Math.max(0, Math.round(100 - lost));
}
