import { type Counter, type Counts, counterNames } from './counters.ts';
import type { Moments } from './player-delta.ts';

/**
 * The columns of `player_day` and `player_state` in groups that one kind of event changes together. A batch names only the groups
 * that it changes: most events touch a few of some forty columns, and each one more costs on every row. Five groups make at most 32
 * texts of a statement, which every connection keeps prepared.
 */
type ColumnGroup = { counters: Counter[]; moments: (keyof Moments)[] };

const startsWith = (...prefixes: string[]) =>
  counterNames.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));

const payments = startsWith('deposits_', 'withdrawals_');
const bets = startsWith('bets_', 'live_bets_', 'cashouts_');
const casino = startsWith('casino_', 'slots_', 'live_casino_');
const wagers = startsWith('night_', 'weekend_');

/** Named by every batch. */
export const always: ColumnGroup = {
  counters: ['events_count', 'activities_count'],
  moments: ['firstEventAt', 'lastEventAt', 'lastActiveAt'],
};

const named = new Set([...always.counters, ...payments, ...bets, ...casino, ...wagers]);

export const columnGroups: readonly ColumnGroup[] = [
  { counters: payments, moments: ['firstDepositAt', 'lastDepositAt'] },
  { counters: bets, moments: [] },
  { counters: casino, moments: [] },
  { counters: wagers, moments: ['lastWagerAt'] },
  { counters: counterNames.filter((name) => !named.has(name)), moments: ['registeredAt', 'lastSessionAt'] },
];

export type ColumnSet = { counters: readonly Counter[]; moments: readonly (keyof Moments)[] };

/** The groups in which any of these sums is not zero, as bits. */
export function maskOfCounts(counts: Counts): number {
  let mask = 0;
  columnGroups.forEach((group, bit) => {
    if (group.counters.some((name) => counts[name] !== 0n)) mask |= 1 << bit;
  });
  return mask;
}

const sets = new Map<number, ColumnSet>();

/** The columns of the groups whose bits are set, in one order for each mask; the same object for the same mask. */
export function columnsOf(mask: number): ColumnSet {
  let set = sets.get(mask);
  if (set === undefined) {
    const groups = [always, ...columnGroups.filter((_, bit) => (mask & (1 << bit)) !== 0)];
    set = {
      counters: groups.flatMap(({ counters }) => counters),
      moments: groups.flatMap(({ moments }) => moments),
    };
    sets.set(mask, set);
  }
  return set;
}

/** Remembers the text of a statement by the columns it names, so that a connection knows it again. */
export function statementsBy(make: (columns: ColumnSet) => string): (mask: number) => string {
  const statements = new Map<number, string>();
  return (mask) => {
    let statement = statements.get(mask);
    if (statement === undefined) {
      statement = make(columnsOf(mask));
      statements.set(mask, statement);
    }
    return statement;
  };
}
