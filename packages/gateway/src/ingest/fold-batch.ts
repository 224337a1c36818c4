import type { BatchItem } from './batch-item.ts';
import { columnGroups, maskOfCounts } from './column-groups.ts';
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

/** The groups of columns of `player_state` that a batch changes, as bits. */
export function maskOf(players: readonly FoldedPlayer[]): number {
  let mask = 0;
  for (const { delta } of players) {
    for (const { counts } of delta.days) mask |= maskOfCounts(counts);
    columnGroups.forEach(({ moments }, bit) => {
      if (moments.some((name) => delta.moments[name] !== null)) mask |= 1 << bit;
    });
    if (mask === allGroups) break;
  }
  return mask;
}

const allGroups = 2 ** columnGroups.length - 1;
