import type { Logger } from 'pino';
import { type LiveModel, liveModels, stalePlayers } from '../db/queries/player-scores.ts';
import type { TouchListener } from '../segments/segment-keeper.ts';
import type { TenantDirectory } from '../services/tenants/tenant-directory.ts';
import type { JobQueue } from './job-queue.ts';
import { requestPatiently } from './request-scoring.ts';
import { type SlicePorts, scoreSlice, sliceSize } from './score-slice.ts';

export type ScoreKeeperPorts = SlicePorts & {
  tenants: TenantDirectory;
  queue: Pick<JobQueue, 'enqueue'>;
  /** Told of each player whose score is another now. */
  segments: TouchListener;
  log: Logger;
};

/** Of one tenant: the players that events touched, and whether any of those was live; or everybody as well. */
type Waiting = { players: Map<string, 'live' | 'replay'>; everybody: boolean };

/** Events of one burst share a pass. */
const gatherMs = 50;

/**
 * Keeps the scores of the versions that answer equal to the state of the players: moments after the events of a player, and on a sweep
 * for what a new day, a promotion or a stop left behind. A few are scored here; where there are more, a job does it.
 */
export class ScoreKeeper implements TouchListener {
  readonly #ports: ScoreKeeperPorts;
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(ports: ScoreKeeperPorts) {
    this.#ports = ports;
  }

  touch(tenantId: string, playerIds: Iterable<string>, announce: boolean): void {
    const waiting = this.#of(tenantId);
    for (const playerId of playerIds) {
      if (waiting.players.size >= sliceSize && !waiting.players.has(playerId)) waiting.everybody = true;
      else if (announce) waiting.players.set(playerId, 'live');
      else if (!waiting.players.has(playerId)) waiting.players.set(playerId, 'replay');
    }
    this.#schedule(gatherMs);
  }

  /** Looks at everybody of a tenant. */
  touchEverybody(tenantId: string): void {
    this.#of(tenantId).everybody = true;
    this.#schedule(gatherMs);
  }

  /** Looks at everybody of every tenant. */
  async sweep(): Promise<void> {
    for (const tenantId of await this.#ports.tenants.ids()) this.#of(tenantId).everybody = true;
    this.#schedule(0);
  }

  /** Resolves when all that has been touched so far is scored, or a job has it. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#queue();
  }

  /** What was touched and is not scored yet is found by the next sweep, of whichever process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pass;
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
      void this.#queue().catch(() => {});
    }, delayMs);
  }

  #queue(): Promise<void> {
    const done = this.#pass.then(() => this.#run());
    this.#pass = done.catch((error: unknown) => {
      this.#ports.log.warn({ err: error }, 'players were not scored');
    });
    return done;
  }

  async #run(): Promise<void> {
    for (const [tenantId, waiting] of [...this.#waiting]) {
      this.#waiting.delete(tenantId);
      for (const live of await liveModels(this.#ports.db.sql, tenantId)) {
        // One model that cannot be asked must not keep the others from being.
        await this.#score(tenantId, live, waiting).catch((error: unknown) =>
          this.#ports.log.warn({ err: error, model: live.modelId }, 'players were not scored'),
        );
      }
    }
  }

  async #score(tenantId: string, live: LiveModel, { players, everybody }: Waiting): Promise<void> {
    const { db, tenants, queue, segments } = this.#ports;
    const tenant = await tenants.get(tenantId);
    const now = new Date();
    const scope = {
      tenantId,
      today: tenant.today(now),
      ...(everybody ? {} : { playerIds: [...players.keys()] }),
    };
    const stale = await stalePlayers(db.sql, live, scope, sliceSize + 1);
    if (stale.length === 0) return;
    const isFew = stale.length <= sliceSize;
    const changed = isFew ? await scoreSlice(this.#ports, { tenant, live, players: stale, now }) : undefined;
    if (changed === undefined) {
      // Too many for a pass, or others answer by now: a job looks at everybody until nothing is left.
      await db.sql.begin((tx) => requestPatiently(tx, queue, { tenantId, modelId: live.modelId }, now));
      return;
    }
    const isReplayed = (id: string) => players.get(id) === 'replay';
    const announced = changed.filter((id) => !isReplayed(id));
    if (announced.length > 0) segments.touch(tenantId, announced, true);
    if (announced.length < changed.length) segments.touch(tenantId, changed.filter(isReplayed), false);
  }
}
