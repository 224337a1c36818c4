import type { Logger } from 'pino';
import postgres from 'postgres';
import { connect, type Database } from '../database.ts';
import { within } from '../within.ts';
import type { LagClock } from './lag-clock.ts';
import { parseLsn } from './lsn.ts';

/** A look at a replica that is not answered within this time counts as no answer. */
const patienceMs = 1000;
/** What was seen longer ago than this is not gone by. */
const staleMs = 2000;

/** A replica went away while it was being read. */
export class ReplicaGone extends Error {
  override readonly name = 'ReplicaGone';
}

/** One read-only copy of the database: whether it can be read now, and what it has seen. */
export class Replica {
  /** host:port, for the log; never the password. */
  readonly name: string;
  readonly #db: Database;
  readonly #looker: postgres.Sql;
  readonly #maxLagMs: number;
  readonly #log: Logger;
  #looking = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isGood = false;
  #wasReported: boolean | undefined;
  #replayed = 0n;
  #present = new AbortController();

  constructor(url: string, options: { connections: number; maxLagMs: number; log: Logger }) {
    this.name = new URL(url).host;
    this.#db = connect(url, { max: options.connections });
    // Its own connection: reads that take every other one must not make a replica look dead.
    this.#looker = postgres(url, {
      max: 1,
      fetch_types: false,
      connect_timeout: 2,
      backoff: () => 0.2,
      onnotice: () => {},
      connection: { application_name: 'crmbet looks' },
    });
    this.#maxLagMs = options.maxLagMs;
    this.#log = options.log;
  }

  /** It answers, is a replica, and lags no more than it may. */
  isReadable(now = performance.now()): boolean {
    return this.#isGood && now - this.#lookedAt < staleMs;
  }

  /** Looks how it is. */
  async look(clock: LagClock): Promise<void> {
    // The last look still waits: it counts as no answer when its time is over.
    if (this.#looking) return;
    this.#looking = true;
    const startedAt = performance.now();
    try {
      const looked = this.#ask().finally(() => {
        this.#looking = false;
      });
      const { recovering, replayed } = await within(patienceMs, looked, notInTime);
      const lagMs = clock.lagOf(replayed, startedAt);
      this.#replayed = replayed;
      this.#lookedAt = startedAt;
      this.#isGood = recovering && lagMs <= this.#maxLagMs;
      this.#report(
        recovering ? (this.#isGood ? undefined : 'it lags too far behind') : 'it is no replica any more',
      );
    } catch {
      this.leaveOut();
    }
  }

  /** Whether it has replayed the log up to this place by now. */
  async hasReplayed(lsn: bigint): Promise<boolean> {
    if (this.#replayed >= lsn) return true;
    this.#replayed = (await within(patienceMs, this.#ask(), notInTime)).replayed;
    return this.#replayed >= lsn;
  }

  /** It does not answer: it is not read until it does again, and who reads it now is told. */
  leaveOut(): void {
    this.#isGood = false;
    this.#present.abort();
    this.#present = new AbortController();
    this.#report('it does not answer');
  }

  /** Fails with ReplicaGone when the replica goes away meanwhile: a connection to a machine that is off says nothing for long. */
  async read<T>(query: (db: Database) => Promise<T>): Promise<T> {
    const { signal } = this.#present;
    const gone = Promise.withResolvers<never>();
    const tell = () => gone.reject(new ReplicaGone('The replica went away.'));
    signal.addEventListener('abort', tell, { once: true });
    try {
      return await Promise.race([query(this.#db), gone.promise]);
    } finally {
      signal.removeEventListener('abort', tell);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#db.close(), this.#looker.end({ timeout: 1 })]);
  }

  async #ask(): Promise<{ recovering: boolean; replayed: bigint }> {
    const [row] = await this.#looker<{ recovering: boolean; replayed: string | null }[]>`
      SELECT pg_is_in_recovery() AS recovering, pg_last_wal_replay_lsn()::text AS replayed`;
    return { recovering: row?.recovering === true, replayed: parseLsn(row?.replayed ?? '0/0') };
  }

  #report(trouble: string | undefined): void {
    const isGood = trouble === undefined;
    if (this.#wasReported === isGood) return;
    this.#wasReported = isGood;
    if (isGood) this.#log.info({ replica: this.name }, 'a replica is read');
    else this.#log.warn({ replica: this.name }, `a replica is not read: ${trouble}`);
  }
}

const notInTime = () => new Error('no answer in time');
