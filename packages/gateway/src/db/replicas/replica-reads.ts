import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import { isCluster } from '../distribute.ts';
import { isOutOfDateSchema, isRetryable, isServerUnavailable } from '../failures.ts';
import { LagClock } from './lag-clock.ts';
import { parseLsn } from './lsn.ts';
import { primaryOnly, type Reader, type Reads } from './reads.ts';
import { Replica, ReplicaGone } from './replica.ts';

/** How often primary and replicas are looked at. */
const lookMs = 500;
/**
 * How long, beyond the lag that a replica may have, a caller counts as one that has just written: until then every replica that may be
 * read at all has replayed what it wrote, looks that come late and clocks that differ by a second included.
 */
const marginMs = 4000;
/** How long a noted write needs no second note. */
const notedMs = 1000;
/** How long work that wants everything waits for a replica to have it. */
const catchUpMs = 5000;
const maxNoted = 10_000;
/** How often notes that are over are removed. */
const purgeMs = 10 * 60_000;

export type ReplicaOptions = {
  urls: readonly string[];
  /** A replica that is further behind is not read. */
  maxLagMs: number;
  /** To each of them. */
  connections: number;
  log: Logger;
};

/**
 * Reads of replicas, in turn among those that can be read. Callers that wrote a moment ago, through whichever process, stand in a
 * table on the primary; a read of theirs goes to a replica only when that has replayed everything that the primary had
 * committed when the read came.
 */
export class ReplicaReads implements Reads {
  readonly notesWrites = true;
  readonly counts = { replica: 0, primary: 0 };
  readonly #primary: Database;
  readonly #replicas: Replica[];
  readonly #freshMs: number;
  readonly #clock: LagClock;
  readonly #log: Logger;
  /** Writers that this process has noted, by when that is to be done again. */
  readonly #noted = new Map<string, number>();
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #purge: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(primary: Database, options: ReplicaOptions) {
    this.#primary = primary;
    this.#replicas = options.urls.map((url) => new Replica(url, options));
    this.#freshMs = options.maxLagMs + marginMs;
    this.#clock = new LagClock(options.maxLagMs + 10_000);
    this.#log = options.log;
  }

  /** Resolves when each replica was looked at once; one that is not there is no hindrance. */
  async start(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => {
      this.#looking = this.#look();
    }, lookMs);
    this.#timer.unref();
    this.#purge = setInterval(() => void this.forget().catch(() => {}), purgeMs);
    this.#purge.unref();
  }

  async read<T>(reader: Reader, query: (db: Database) => Promise<T>): Promise<T> {
    const replica = this.#next();
    if (replica === undefined) return await this.#readPrimary(query);
    const { lsn, wroteJustNow } = await this.#whatIsThere(reader);
    const isFit = !wroteJustNow || (await replica.hasReplayed(lsn).catch(() => false));
    return isFit ? await this.#readReplica(replica, query) : await this.#readPrimary(query);
  }

  async readEverything<T>(query: (db: Database) => Promise<T>): Promise<T> {
    const replica = this.#next();
    if (replica === undefined) return await this.#readPrimary(query);
    const { lsn } = await this.#whatIsThere(undefined);
    const until = performance.now() + catchUpMs;
    while (performance.now() < until && replica.isReadable()) {
      if (await replica.hasReplayed(lsn).catch(() => false)) return await this.#readReplica(replica, query);
      await sleep(50);
    }
    return await this.#readPrimary(query);
  }

  async wrote({ tenantId, subject }: Reader): Promise<void> {
    const key = `${tenantId}/${subject}`;
    const now = performance.now();
    if ((this.#noted.get(key) ?? 0) > now) return;
    const until = new Date(Date.now() + this.#freshMs);
    try {
      await this.#primary.sql`
        INSERT INTO crmbet.recent_writers (tenant_id, subject, until) VALUES (${tenantId}, ${subject}, ${until})
        ON CONFLICT (tenant_id, subject) DO UPDATE SET until = greatest(recent_writers.until, excluded.until)`;
      if (this.#noted.size >= maxNoted) this.#noted.clear();
      this.#noted.set(key, now + notedMs);
    } catch (error) {
      // What was written is written, and its caller is told so; at worst it does not see it on a replica for a moment.
      this.#log.warn(
        { err: { name: error instanceof Error ? error.name : 'unknown' } },
        'a writer was not noted',
      );
    }
  }

  /** Removes the notes that are over. */
  async forget(now = new Date()): Promise<void> {
    await this.#primary.sql`DELETE FROM crmbet.recent_writers WHERE until < ${now}`;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearInterval(this.#purge);
    await this.#looking;
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  #next(): Replica | undefined {
    const readable = this.#replicas.filter((replica) => replica.isReadable());
    this.#turn = (this.#turn + 1) % Math.max(1, readable.length);
    return readable[this.#turn];
  }

  /** How far the log of the primary is on its disk, which is at least as far as anything that was answered, and whether this reader wrote. */
  async #whatIsThere(reader: Reader | undefined): Promise<{ lsn: bigint; wroteJustNow: boolean }> {
    const { sql } = this.#primary;
    const wrote =
      reader === undefined
        ? sql`false`
        : sql`EXISTS (
            SELECT 1 FROM crmbet.recent_writers
            WHERE tenant_id = ${reader.tenantId} AND subject = ${reader.subject} AND until > ${new Date()})`;
    const [row] = await sql<{ lsn: string; wrote: boolean }[]>`
      SELECT pg_current_wal_flush_lsn()::text AS lsn, ${wrote} AS wrote`;
    return { lsn: parseLsn(row?.lsn ?? '0/0'), wroteJustNow: row?.wrote === true };
  }

  async #readPrimary<T>(query: (db: Database) => Promise<T>): Promise<T> {
    this.counts.primary += 1;
    return await query(this.#primary);
  }

  /** What a replica cannot answer the primary can: it went away, cancelled the read to go on replaying, or has not the latest tables. */
  async #readReplica<T>(replica: Replica, query: (db: Database) => Promise<T>): Promise<T> {
    try {
      const answer = await replica.read(query);
      this.counts.replica += 1;
      return answer;
    } catch (error) {
      const isGone = error instanceof ReplicaGone || isServerUnavailable(error);
      if (isGone) replica.leaveOut();
      else if (!isRetryable(error) && !isOutOfDateSchema(error)) throw error;
      return await this.#readPrimary(query);
    }
  }

  async #look(): Promise<void> {
    try {
      const at = performance.now();
      this.#clock.note(at, (await this.#whatIsThere(undefined)).lsn);
    } catch {
      // Without the primary's place no lag is known: replicas are left out when theirs has become too old.
    }
    await Promise.all(this.#replicas.map((replica) => replica.look(this.#clock)));
  }
}

/** Reads of the replicas where there are any, of the one database where not. */
export async function openReads(
  primary: Database,
  replicas: Pick<ReplicaOptions, 'urls' | 'maxLagMs'> | undefined,
  options: Pick<ReplicaOptions, 'connections' | 'log'>,
): Promise<Reads> {
  if (replicas === undefined || replicas.urls.length === 0) return primaryOnly(primary);
  if (await isCluster(primary.sql)) {
    // Each node has a log of its own there: how far one is says nothing of the others.
    options.log.warn(
      'DATABASE_REPLICA_URLS is left out of account on a Citus cluster: add nodes to it instead',
    );
    return primaryOnly(primary);
  }
  const reads = new ReplicaReads(primary, { ...replicas, ...options });
  await reads.start();
  return reads;
}
