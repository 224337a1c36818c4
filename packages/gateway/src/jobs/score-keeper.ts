import type { Logger } from 'pino';
import { type LiveModel, liveModels, stalePlayers } from '../db/queries/player-scores.ts';
import type { TouchListener } from '../segments/segment-keeper.ts';
import type { Tenant, TenantDirectory } from '../services/tenants/tenant-directory.ts';
import type { JobQueue } from './job-queue.ts';
import { requestPatiently } from './request-scoring.ts';
import { type SlicePorts, scoreSlice, sliceSize } from './score-slice.ts';
import type { Scorers } from './scorers.ts';

export type ScoreKeeperPorts = SlicePorts & {
  tenants: Pick<TenantDirectory, 'get' | 'ids'>;
  queue: Pick<JobQueue, 'enqueue'>;
  /** Told of each player whose score is another now. */
  segments: TouchListener;
  log: Logger;
  /** The time; of the machine where none is given. */
  now?: () => Date;
};

/** Of one tenant. */
type Waiting = {
  /** The players that events touched, and whether any of those was live. */
  players: Map<string, 'live' | 'replay'>;
  /** Whether everybody is looked at as well: `due`, where that was not done lately. */
  everybody: 'no' | 'due' | 'yes';
  /** Gathered for long enough. */
  isRipe: boolean;
};

/** What passes know of a model with the versions that answer now. */
type Known = {
  /** The last look at everybody found nobody to score: when (ms), and on which day of the tenant. */
  fresh?: { at: number; day: string } | undefined;
  /** Until then (ms) passes do not ask it. */
  slowUntil?: number;
};

/** Events of one burst share a pass. */
const gatherMs = 50;
/** Beyond this many players of a tenant everybody is looked at: that costs less by then. */
const maxNamed = 20_000;
/** As many tenants at a time: one with a slow model keeps its own players waiting, not those of the others. */
const passesAtOnce = 4;
/** A model that needs more than this for a slice is slow: a job asks it, and passes let it be for `restMs`. */
const slowMs = 1000;
const restMs = 300_000;
/** A job looks at everybody, so the players of a slow model are given to one together. */
const handOverMs = 30_000;
/** What is not known to have been missed waits for this long at most; with the sweep after it, ten minutes. */
const freshMs = 540_000;

/**
 * Keeps the scores of the versions that answer equal to the state of the players: moments after the events of a player, and on a sweep
 * for what a new day, a promotion or a stop left behind. A few are scored here; where there are more, a job does it.
 */
export class ScoreKeeper implements TouchListener {
  readonly #ports: ScoreKeeperPorts;
  readonly #now: () => Date;
  readonly #waiting = new Map<string, Waiting>();
  /** Under way, by tenant: one at a time of each. */
  readonly #passes = new Map<string, Promise<void>>();
  /** By tenant, and by the model with its versions: others are another model. */
  readonly #known = new Map<string, Map<string, Known>>();
  /** Slow models with players to score, by their id. */
  readonly #owed = new Map<string, { tenantId: string; modelId: string }>();
  #timer: NodeJS.Timeout | undefined;
  #owedTimer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(ports: ScoreKeeperPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? (() => new Date());
  }

  touch(tenantId: string, playerIds: Iterable<string>, announce: boolean): void {
    const waiting = this.#of(tenantId);
    for (const playerId of playerIds) {
      if (waiting.players.size >= maxNamed && !waiting.players.has(playerId)) waiting.everybody = 'yes';
      else if (announce) waiting.players.set(playerId, 'live');
      else if (!waiting.players.has(playerId)) waiting.players.set(playerId, 'replay');
    }
    this.#schedule(gatherMs);
  }

  /** Looks at everybody of a tenant. */
  touchEverybody(tenantId: string): void {
    this.#of(tenantId).everybody = 'yes';
    this.#schedule(gatherMs);
  }

  /**
   * Looks at everybody of every tenant.
   * @param isRoutine nothing is known to have been missed: of a model for which a look found nobody there is none for some minutes
   */
  async sweep(isRoutine = false): Promise<void> {
    // First, so that it is forgotten even where the tenants cannot be read now.
    if (!isRoutine)
      for (const models of this.#known.values()) for (const known of models.values()) known.fresh = undefined;
    for (const tenantId of await this.#ports.tenants.ids()) {
      const waiting = this.#of(tenantId);
      if (!isRoutine) waiting.everybody = 'yes';
      else if (waiting.everybody === 'no') waiting.everybody = 'due';
    }
    this.#schedule(0);
  }

  /** Resolves when all that has been touched so far is scored, or a job has it. */
  async settle(): Promise<void> {
    this.#ripen();
    while (this.#passes.size > 0) await Promise.all(this.#passes.values());
    await this.#handOver();
  }

  /** What was touched and is not scored yet is found by a later look at everybody, of whichever process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#owedTimer);
    await Promise.all(this.#passes.values());
  }

  #of(tenantId: string): Waiting {
    let waiting = this.#waiting.get(tenantId);
    if (waiting === undefined) {
      waiting = { players: new Map(), everybody: 'no', isRipe: false };
      this.#waiting.set(tenantId, waiting);
    }
    return waiting;
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = setTimeout(() => this.#ripen(), delayMs);
  }

  #ripen(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const waiting of this.#waiting.values()) waiting.isRipe = true;
    this.#start();
  }

  /** Begins as many passes as there may be, in the order in which the tenants were touched. */
  #start(): void {
    for (const [tenantId, waiting] of this.#waiting) {
      if (this.#stopped || this.#passes.size >= passesAtOnce) return;
      if (!waiting.isRipe || this.#passes.has(tenantId)) continue;
      this.#waiting.delete(tenantId);
      const pass = this.#pass(tenantId, waiting)
        .catch((error: unknown) => {
          this.#known.delete(tenantId);
          this.#ports.log.warn({ err: error }, 'players were not scored');
        })
        .then(() => {
          this.#passes.delete(tenantId);
          this.#start();
        });
      this.#passes.set(tenantId, pass);
    }
  }

  async #pass(tenantId: string, waiting: Waiting): Promise<void> {
    const { db, tenants, log } = this.#ports;
    const tenant = await tenants.get(tenantId);
    const before = this.#known.get(tenantId);
    const models = (await liveModels(db.sql, tenantId)).map((live) => {
      const versions = JSON.stringify(live);
      return { live, versions, known: before?.get(versions) ?? {} };
    });
    this.#known.set(tenantId, new Map(models.map(({ versions, known }) => [versions, known])));
    for (const { live, known } of models) {
      if (this.#stopped) return;
      // One model that cannot be asked must not keep the others from being.
      await this.#score(tenant, live, known, waiting).catch((error: unknown) => {
        known.fresh = undefined;
        log.warn({ err: error, model: live.modelId }, 'players were not scored');
      });
    }
  }

  async #score(tenant: Tenant, live: LiveModel, known: Known, waiting: Waiting): Promise<void> {
    if (waiting.everybody === 'yes' || (waiting.everybody === 'due' && !this.#isFresh(tenant, known)))
      return await this.#scoreAmong(tenant, live, known, waiting, undefined);
    const named = [...waiting.players.keys()];
    for (let from = 0; from < named.length && !this.#stopped; from += sliceSize)
      await this.#scoreAmong(tenant, live, known, waiting, named.slice(from, from + sliceSize));
  }

  #isFresh(tenant: Tenant, { fresh }: Known): boolean {
    const now = this.#now();
    return fresh !== undefined && fresh.day === tenant.today(now) && now.getTime() - fresh.at < freshMs;
  }

  /** @param playerIds undefined: everybody */
  async #scoreAmong(
    tenant: Tenant,
    live: LiveModel,
    known: Known,
    { players }: Waiting,
    playerIds: string[] | undefined,
  ): Promise<void> {
    const { db, segments } = this.#ports;
    const now = this.#now();
    const day = tenant.today(now);
    const model = { tenantId: tenant.id, modelId: live.modelId };
    const scope = { tenantId: tenant.id, today: day, ...(playerIds === undefined ? {} : { playerIds }) };
    const stale = await stalePlayers(db.sql, live, scope, sliceSize + 1);
    if (playerIds === undefined) known.fresh = stale.length === 0 ? { at: now.getTime(), day } : undefined;
    if (stale.length === 0) return;
    if (now.getTime() < (known.slowUntil ?? 0)) {
      known.fresh = undefined;
      this.#owe(model);
      return;
    }
    const isFew = stale.length <= sliceSize;
    const ports = { ...this.#ports, scorers: this.#timed(known) };
    const changed = isFew ? await scoreSlice(ports, { tenant, live, players: stale, now }) : undefined;
    // Too many for a pass, or others answer by now: a job looks at everybody until nothing is left.
    if (changed === undefined) return await this.#request(model);
    const isReplayed = (id: string) => players.get(id) === 'replay';
    const announced = changed.filter((id) => !isReplayed(id));
    if (announced.length > 0) segments.touch(tenant.id, announced, true);
    if (announced.length < changed.length) segments.touch(tenant.id, changed.filter(isReplayed), false);
  }

  /** Notes which models are slow; also where they fail. */
  #timed(known: Known): Pick<Scorers, 'get'> {
    return {
      get: async (tenantId, modelId, version) => {
        const scorer = await this.#ports.scorers.get(tenantId, modelId, version);
        if (scorer === undefined) return undefined;
        return {
          ...scorer,
          score: async (matrix, options) => {
            const begun = this.#now().getTime();
            try {
              return await scorer.score(matrix, options);
            } finally {
              const ended = this.#now().getTime();
              if (ended - begun > slowMs) known.slowUntil = ended + restMs;
            }
          },
        };
      },
    };
  }

  #owe(model: { tenantId: string; modelId: string }): void {
    this.#owed.set(model.modelId, model);
    if (this.#owedTimer !== undefined || this.#stopped) return;
    this.#owedTimer = setTimeout(() => void this.#handOver(), handOverMs);
    this.#owedTimer.unref();
  }

  async #handOver(): Promise<void> {
    clearTimeout(this.#owedTimer);
    this.#owedTimer = undefined;
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    for (const model of owed)
      await this.#request(model).catch((error: unknown) =>
        this.#ports.log.warn({ err: error, model: model.modelId }, 'players were not given to a job'),
      );
  }

  async #request(model: { tenantId: string; modelId: string }): Promise<void> {
    const { db, queue } = this.#ports;
    await db.sql.begin((tx) => requestPatiently(tx, queue, model, this.#now()));
  }
}
