import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus } from '../processes/bus.ts';
import type { Keeper } from './keepers.ts';
import type { TouchListener } from './segment-keeper.ts';

/** Players whose events were stored are told of this often, together; the keeper gathers once more. */
const gatherMs = 40;
/** Of one tenant at a time; where there are more, everybody is looked at. */
const maxNamed = 5000;

/** A player's uuid is 128 bits of a hash: it has no version. */
const playerIds = z.array(z.guid()).max(maxNamed);

/** One tenant's players, by their uuids. `all`: besides those who are named there are more than can be. */
const Touched = z.strictObject({
  tenant: z.uuid(),
  live: playerIds,
  replay: playerIds,
  all: z.enum(['live', 'replay']).optional(),
});
type Touched = z.infer<typeof Touched>;

/**
 * Stands in for the keeper in a process that keeps no segments: tells the one that does whom to look at. What cannot be told is
 * told later; what a process took with it when it died is found by the keeper's next sweep.
 */
export class HandOver implements TouchListener {
  readonly #bus: Pick<Bus, 'tell'>;
  readonly #log: Logger;
  readonly #waiting = new Map<string, Map<string, 'live' | 'replay'>>();
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(ports: { bus: Pick<Bus, 'tell'>; log: Logger }) {
    this.#bus = ports.bus;
    this.#log = ports.log;
  }

  touch(tenantId: string, playerIds: Iterable<string>, announce: boolean): void {
    let players = this.#waiting.get(tenantId);
    if (players === undefined) {
      players = new Map();
      this.#waiting.set(tenantId, players);
    }
    for (const playerId of playerIds)
      if (announce || !players.has(playerId)) players.set(playerId, announce ? 'live' : 'replay');
    this.#schedule();
  }

  /** Resolves when all that was touched has been told, or cannot be. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#telling;
    await this.#tell();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#telling = this.#telling.then(() => this.#tell());
    }, gatherMs);
  }

  async #tell(): Promise<void> {
    for (const [tenantId, players] of [...this.#waiting]) {
      this.#waiting.delete(tenantId);
      try {
        await this.#bus.tell('crmbet_touched', JSON.stringify(toTouched(tenantId, players)));
      } catch (error) {
        this.#log.warn(
          { err: { name: error instanceof Error ? error.name : 'unknown' } },
          'players were not handed over',
        );
        for (const how of ['replay', 'live'] as const) {
          const ids = [...players].flatMap(([id, of]) => (of === how ? [id] : []));
          this.touch(tenantId, ids, how === 'live');
        }
      }
    }
  }
}

function toTouched(tenant: string, players: ReadonlyMap<string, 'live' | 'replay'>): Touched {
  const live = [...players].flatMap(([id, how]) => (how === 'live' ? [id] : []));
  if (live.length > maxNamed) return { tenant, live: [], replay: [], all: 'live' };
  const replay = [...players].flatMap(([id, how]) => (how === 'replay' ? [id] : []));
  // Those of a replay need no name: of everybody but the live ones nothing is announced.
  return replay.length > maxNamed ? { tenant, live, replay: [], all: 'replay' } : { tenant, live, replay };
}

/** The other end. */
export function takeOver(keeper: Pick<Keeper, 'touch' | 'touchEverybody'>, text: string): void {
  const { tenant, live, replay, all } = Touched.parse(JSON.parse(text));
  if (live.length > 0) keeper.touch(tenant, live, true);
  if (replay.length > 0) keeper.touch(tenant, replay, false);
  if (all !== undefined) keeper.touchEverybody(tenant, all === 'live');
}
