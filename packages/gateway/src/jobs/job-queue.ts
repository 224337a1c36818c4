import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { TransactionSql } from 'postgres';

/** What a job of each kind carries; `jobId` is its row in the table of jobs. */
export type JobData = {
  train_model: { jobId: string; tenantId: string; modelId: string; version: number };
  score_players: { jobId: string; tenantId: string; modelId: string };
};

export type JobKind = keyof JobData;

const kinds = ['train_model', 'score_players'] as const satisfies readonly JobKind[];

/** PostgreSQL's number for the type text. */
const textOid = 25;

/** Where a job goes that was tried as often as it may be. */
const abandonedName = (kind: JobKind) => `${kind}_abandoned`;

/** A stop of a gateway takes one of them too, so a few would be too few. */
const retryLimit = 20;

/** A worker that dies without a word is missed after this long; we look for such as often, and the job runs again. */
const heartbeatSeconds = 10;

/** pg-boss behind the few calls that we make. Its tables live in a schema of their own, `crmbet_jobs`. */
export class JobQueue {
  readonly #boss: PgBoss;

  /** @param works whether jobs are done in this process; where not, it only enqueues them */
  constructor(url: string, log: Logger, { works }: { works: boolean }) {
    this.#boss = new PgBoss({
      connectionString: url,
      schema: 'crmbet_jobs',
      max: works ? 3 : 1,
      supervise: works,
      schedule: false,
      superviseIntervalSeconds: heartbeatSeconds,
    });
    this.#boss.on('error', (error: Error) => log.warn({ err: { name: error.name } }, 'job queue'));
  }

  async start(): Promise<void> {
    await this.#boss.start();
    for (const kind of kinds) {
      await this.#boss.createQueue(abandonedName(kind), { retryLimit, retryDelay: 5 });
      await this.#boss.createQueue(kind, {
        deadLetter: abandonedName(kind),
        retryLimit,
        retryDelay: 1,
        expireInSeconds: 3600,
        heartbeatSeconds,
      });
    }
  }

  /** Enqueues within the caller's transaction: the job exists when, and only when, that commits. */
  async enqueue<K extends JobKind>(
    tx: TransactionSql<{ bigint: bigint }>,
    kind: K,
    job: JobData[K],
  ): Promise<void> {
    await this.#boss.send(kind, job, {
      db: {
        executeSql: async (text: string, values: unknown[] = []) => ({
          // The one value is JSON in a string. Declared as text, or the client would encode it a second time.
          rows: await tx.unsafe(
            text,
            values.map((value) => tx.typed(String(value), textOid)),
          ),
        }),
      },
    });
  }

  async work<K extends JobKind>(
    kind: K,
    run: (job: JobData[K], signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await this.#boss.work<JobData[K]>(kind, { pollingIntervalSeconds: 0.5 }, async ([job]) => {
      if (job !== undefined) await run(job.data, job.signal);
    });
  }

  /** Hands over each job that will not be tried again, so that nobody waits for it. */
  async workAbandoned<K extends JobKind>(kind: K, run: (job: JobData[K]) => Promise<void>): Promise<void> {
    await this.#boss.work<JobData[K]>(abandonedName(kind), async ([job]) => {
      if (job !== undefined) await run(job.data);
    });
  }

  /** Lets running jobs finish for a moment, then leaves them to be picked up again. */
  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 2000, close: true });
  }
}
