import type { BatchItem } from './batch-item.ts';
import { type ColumnGroup, columnGroups } from './column-groups.ts';
import type { LocalClock } from './local-clock.ts';
import { PlayerDelta } from './player-delta.ts';

/** What a batch changes about one player. */
export type FoldedPlayer = { playerId: string; externalId: string; delta: PlayerDelta };

/** @param ordered by player; so are the deltas */
export function foldBatch(ordered: readonly BatchItem[], clock: LocalClock): FoldedPlayer[] {
  const players: FoldedPlayer[] = [];
  let player: FoldedPlayer | undefined;
  for (const { playerId, event } of ordered) {
    if (player?.playerId !== playerId) {
      player = { playerId, externalId: event.player, delta: new PlayerDelta(event) };
      players.push(player);
    }
    player.delta.add(event, clock);
  }
  return players;
}

/** The groups of columns that a batch changes, as bits. */
export function maskOf(players: readonly FoldedPlayer[]): number {
  let mask = 0;
  for (const { delta } of players) {
    columnGroups.forEach((group, bit) => {
      if ((mask & (1 << bit)) === 0 && changes(delta, group)) mask |= 1 << bit;
    });
    if (mask === allGroups) break;
  }
  return mask;
}

const allGroups = 2 ** columnGroups.length - 1;

function changes(delta: PlayerDelta, { counters, moments }: ColumnGroup): boolean {
  if (moments.some((name) => delta.moments[name] !== null)) return true;
  return delta.days.some(({ counts }) => counters.some((name) => counts[name] !== 0n));
}
