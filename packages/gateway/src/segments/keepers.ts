import type { TouchListener } from './segment-keeper.ts';

/** Keeps something equal to the state of the players. */
export type Keeper = TouchListener & {
  touchEverybody(tenantId: string, announce: boolean): void;
  /** @param isRoutine nothing is known to have been missed since the last */
  sweep(isRoutine?: boolean): Promise<void>;
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
  sweep: async (isRoutine) => {
    await Promise.all(keepers.map((keeper) => keeper.sweep(isRoutine)));
  },
});
