import type { TouchListener } from './segment-keeper.ts';

/** Keeps something equal to the state of the players. */
export type Keeper = TouchListener & {
  touchEverybody(tenantId: string, announce: boolean): void;
  sweep(): Promise<void>;
};

/** Several keepers, all told the same. */
export const together = (...keepers: readonly Keeper[]): Keeper => ({
  touch: (tenantId, playerIds, announce) => {
    const ids = [...playerIds];
    for (const keeper of keepers) keeper.touch(tenantId, ids, announce);
  },
  touchEverybody: (tenantId, announce) => {
    for (const keeper of keepers) keeper.touchEverybody(tenantId, announce);
  },
  sweep: async () => {
    await Promise.all(keepers.map((keeper) => keeper.sweep()));
  },
});
