import type { BatchItem } from './batch-item.ts';
import { sourceCode } from './source.ts';

export const codeOf = (item: BatchItem): number => sourceCode(item.event.source);

/** By player, then by the event's place in the ledger: all gateways write in this order, so that none waits for another in a ring. */
function compare(a: BatchItem, b: BatchItem): number {
  if (a.playerId !== b.playerId) return a.playerId < b.playerId ? -1 : 1;
  const [x, y] = [a.event, b.event];
  if (x.source !== y.source) return codeOf(a) - codeOf(b);
  return x.id < y.id ? -1 : Number(x.id > y.id);
}

/** The items in the order in which rows are written; of equal ids the one that came first stands first. */
export const inWriteOrder = (items: readonly BatchItem[]): BatchItem[] => items.toSorted(compare);

/** @param ordered as `inWriteOrder` gives them */
export function hasRepeats(ordered: readonly BatchItem[]): boolean {
  for (let at = 1; at < ordered.length; at += 1) {
    const [before, item] = [ordered[at - 1], ordered[at]];
    if (before !== undefined && item !== undefined && compare(before, item) === 0) return true;
  }
  return false;
}
