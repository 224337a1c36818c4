import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import {
  type MembershipChange,
  type RuleOfSegment,
  refreshMembers,
  rulesOfTenant,
} from '../db/queries/segments.ts';
import { retrying } from '../db/retrying.ts';
import type { StreamService } from '../services/stream/stream-service.ts';
import type { TenantDirectory } from '../services/tenants/tenant-directory.ts';

export type SegmentKeeperPorts = {
  db: Database;
  tenants: TenantDirectory;
  stream: StreamService;
  log: Logger;
};

/** What is done about players whose events were stored: here by the keeper, in a process without one by handing over to it. */
export type TouchListener = {
  /** A replay changes members too, but announces nothing. */
  touch(tenantId: string, playerIds: Iterable<string>, announce: boolean): void;
};

/** What is waiting to be looked at again: some players by their uuid, or everybody. */
type Waiting = {
  /** The players that events touched, and whether any of those was live; of a replay alone nothing is announced. */
  players: Map<string, 'live' | 'replay'>;
  /** `replay`: of those who are not named above nothing is announced either. */
  everybody: false | 'live' | 'replay';
};

/** Events of one burst share a refresh. */
const gatherMs = 50;
/** Beyond this many players a pass over everybody is cheaper. */
const manyPlayers = 5000;

/**
 * Keeps memberships equal to the rules: moments after the events of a player, and on a sweep for what only time changes.
 * One pass at a time here, and one at a time of each segment over all processes: a pass locks the segment's row. A replay is
 * known as such to the process that took it in and the one that it was handed to; a sweep of yet another one that comes first
 * announces its effects.
 */
export class SegmentKeeper implements TouchListener {
  readonly #ports: SegmentKeeperPorts;
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(ports: SegmentKeeperPorts) {
    this.#ports = ports;
  }

  /** What was touched is put in place first: nobody else knows of it. */
  async stop(): Promise<void> {
    if (this.#waiting.size > 0) await this.settle().catch(() => {});
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pass;
  }

  touch(tenantId: string, playerIds: Iterable<string>, announce: boolean): void {
    const waiting = this.#of(tenantId);
    for (const playerId of playerIds) {
      if (announce) waiting.players.set(playerId, 'live');
      else if (!waiting.players.has(playerId)) waiting.players.set(playerId, 'replay');
    }
    if (waiting.players.size > manyPlayers) waiting.everybody ||= 'live';
    this.#schedule(gatherMs);
  }

  /** Events of more players than can be named were stored. */
  touchEverybody(tenantId: string, announce: boolean): void {
    const waiting = this.#of(tenantId);
    waiting.everybody = announce && waiting.everybody !== 'replay' ? 'live' : 'replay';
    this.#schedule(gatherMs);
  }

  /** Looks at everybody of every tenant: for what only time changes, and for what may have been missed. */
  async sweep(): Promise<void> {
    for (const tenantId of await this.#ports.tenants.ids()) this.#of(tenantId).everybody ||= 'live';
    this.#schedule(0);
  }

  /** Fills a new segment; resolves when every player has been placed. */
  async fill(tenantId: string, segment: RuleOfSegment): Promise<void> {
    await this.#queue(async () => {
      await this.#refresh(tenantId, [segment], undefined, () => false);
    });
  }

  /** Resolves when all that has been touched so far is in place. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#queue(() => this.#run());
  }

  #of(tenantId: string): Waiting {
    let waiting = this.#waiting.get(tenantId);
    if (waiting === undefined) {
      waiting = { players: new Map(), everybody: false };
      this.#waiting.set(tenantId, waiting);
    }
    return waiting;
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#queue(() => this.#run());
    }, delayMs);
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#pass.then(work);
    this.#pass = done.catch((error: unknown) => {
      this.#ports.log.warn(
        { err: { name: error instanceof Error ? error.name : 'unknown' } },
        'segments were not refreshed',
      );
    });
    return done;
  }

  async #run(): Promise<void> {
    for (const [tenantId, waiting] of [...this.#waiting]) {
      this.#waiting.delete(tenantId);
      const playerIds = waiting.everybody === false ? [...waiting.players.keys()] : undefined;
      try {
        const rules = await rulesOfTenant(this.#ports.db.sql, tenantId);
        const isReplayed = (id: string) => {
          const how = waiting.players.get(id) ?? (waiting.everybody === 'replay' ? 'replay' : 'live');
          return how === 'replay' || this.#waiting.get(tenantId)?.players.get(id) === 'replay';
        };
        await this.#refresh(tenantId, rules, playerIds, (id) => !isReplayed(id));
      } catch (error) {
        // What was not looked at is looked at later, with everybody.
        const later = this.#of(tenantId);
        later.everybody = waiting.everybody === 'replay' ? 'replay' : later.everybody || 'live';
        for (const [id, how] of waiting.players)
          if (later.players.get(id) !== 'live') later.players.set(id, how);
        this.#schedule(2000);
        throw error;
      }
    }
  }

  async #refresh(
    tenantId: string,
    rules: RuleOfSegment[],
    playerIds: string[] | undefined,
    isAnnounced: (playerId: string) => boolean,
  ): Promise<void> {
    const tenant = await this.#ports.tenants.get(tenantId);
    for (const segment of rules) {
      const now = new Date();
      const scope = { tenantId, timeZone: tenant.timeZone, today: tenant.today(now), now };
      const changes = await retrying(() =>
        refreshMembers(
          this.#ports.db.sql,
          segment,
          playerIds === undefined ? scope : { ...scope, playerIds },
        ),
      );
      // A pass sees what was committed while it ran. Whoever committed it has told us by the next turn of the event loop.
      await new Promise((next) => setImmediate(next));
      this.#announce(
        tenantId,
        segment,
        changes.filter(({ player_id }) => isAnnounced(player_id)),
        now,
      );
    }
  }

  #announce(tenantId: string, segment: RuleOfSegment, changes: MembershipChange[], now: Date): void {
    for (const { change, external_id } of changes) {
      this.#ports.stream.publish(tenantId, {
        event: `segment.${change}`,
        data: { segment: { id: segment.id, name: segment.name }, player: external_id, at: now.toISOString() },
      });
    }
  }
}
