import type { PlayerSummary } from './wire.ts';

/** The cluster that a player is in; null where the model has none for the player, or puts the player in none (cluster −1). */
export const placeOf = ({ cluster: place }: Pick<PlayerSummary, 'cluster'>): PlayerSummary['cluster'] =>
  place === null || place.cluster < 0 ? null : place;
