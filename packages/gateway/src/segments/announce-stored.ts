import type { StoredListener } from '../ingest/lane.ts';
import type { StreamService } from '../services/stream/stream-service.ts';
import type { TouchListener } from './segment-keeper.ts';

/** After a commit: tells the stream what happened, and has the players of it placed again. */
export const announceStored =
  (stream: StreamService, keeper: TouchListener): StoredListener =>
  (tenantId, stored) => {
    const live = stored.filter(({ event }) => !event.replay);
    for (const { event } of live) {
      stream.publish(tenantId, () => ({
        event: 'player.event',
        data: {
          id: event.id,
          type: event.type,
          player: event.player,
          time: new Date(event.at).toISOString(),
          brand: event.brand,
          data: event.data,
        },
      }));
    }
    const playersOf = (items: typeof stored) => new Set(items.map(({ playerId }) => playerId));
    if (live.length > 0) keeper.touch(tenantId, playersOf(live), true);
    if (live.length < stored.length)
      keeper.touch(tenantId, playersOf(stored.filter(({ event }) => event.replay)), false);
  };
