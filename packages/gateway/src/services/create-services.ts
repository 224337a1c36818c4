import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { type DeadLetterLimits, defaultDeadLetterLimits } from '../config/dead-letter-limits.ts';
import { keepEverything, type RetentionPolicy } from '../config/retention-policy.ts';
import { connect, type Database } from '../db/database.ts';
import { requireDurability } from '../db/durability.ts';
import { migrate } from '../db/migrate.ts';
import type { Reads } from '../db/replicas/reads.ts';
import { openReads } from '../db/replicas/replica-reads.ts';
import type { DeadLetters } from '../dead-letters/dead-letter.ts';
import { DeadLetterKeeper } from '../dead-letters/dead-letter-keeper.ts';
import { Lanes } from '../ingest/lanes.ts';
import { Partitions } from '../ingest/partitions.ts';
import { writeBatch } from '../ingest/write-batch.ts';
import { WriteMemory } from '../ingest/write-memory.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import { abandonJob } from '../jobs/run-job.ts';
import { ScoreKeeper } from '../jobs/score-keeper.ts';
import { scorePlayers } from '../jobs/score-players.ts';
import { Scorers } from '../jobs/scorers.ts';
import { ModelThread } from '../jobs/threads/model-thread.ts';
import { trainModel } from '../jobs/train-model.ts';
import { countReads } from '../observability/count-reads.ts';
import { Metrics } from '../observability/metrics.ts';
import { openPeers, type Peers } from '../processes/peers.ts';
import type { Role } from '../processes/presence.ts';
import { createHorizon } from '../retention/horizon.ts';
import { followPartitions, StoreMaintenance } from '../retention/store-maintenance.ts';
import { announceStored } from '../segments/announce-stored.ts';
import { HandOver } from '../segments/hand-over.ts';
import { together } from '../segments/keepers.ts';
import { SegmentDuty } from '../segments/segment-duty.ts';
import { SegmentKeeper } from '../segments/segment-keeper.ts';
import { ColumnsService } from './columns/columns-service.ts';
import { DeadLettersService } from './dead-letters/dead-letters-service.ts';
import { EventsService } from './events/events-service.ts';
import type { UploadLimits } from './events/upload.ts';
import { UploadsService } from './events/uploads-service.ts';
import { FeaturesService } from './features/features-service.ts';
import { HealthService } from './health/health-service.ts';
import { IdempotencyService } from './idempotency/idempotency-service.ts';
import { IdentityService } from './identity/identity-service.ts';
import { JobsService } from './jobs/jobs-service.ts';
import { CompareService } from './models/compare-service.ts';
import { ImportService } from './models/import-service.ts';
import { ModelsService } from './models/models-service.ts';
import { VersionsService } from './models/versions-service.ts';
import { PlayersService } from './players/players-service.ts';
import { ReportsService } from './reports/reports-service.ts';
import { SegmentsService } from './segments/segments-service.ts';
import type { Services } from './services.ts';
import { SessionsService } from './sessions/sessions-service.ts';
import { TenantDirectory } from './tenants/tenant-directory.ts';

export type Running = {
  db: Database;
  services: Services;
  segmentKeeper: SegmentKeeper;
  scoreKeeper: ScoreKeeper;
  metrics: Metrics;
  /** Where events go that cannot be stored. */
  deadLetters: DeadLetters;
  /** Another process may have died with something undone: whoever keeps the segments looks at everybody. */
  catchUp(): void;
  stop(): Promise<void>;
};

/**
 * A lane keeps a connection busy: one is written while the commit of another waits for the disk. More lanes than cores only make the
 * batches smaller. A batch of this many ordinary events commits in some tens of ms.
 */
const laneOptions = {
  lanes: Math.min(8, Math.max(2, availableParallelism())),
  maxBatch: 4000,
  maxWaiting: 50_000,
};

type ServicesOptions = {
  databaseUrl: string;
  /** What this process does; both where undefined. */
  role?: Role;
  /** The most connections for requests; see connectionsOf. */
  connections?: number;
  /** Read-only copies for reads that may lag; none where left out. */
  replicas?: Config['replicas'];
  /** The schema is up to date: whoever started this process saw to it. */
  migrated?: boolean;
  /** Of a training; as many as there are cores where undefined. */
  threads: number | undefined;
  /** Of the dead-letter list; the defaults where undefined. */
  deadLetters?: DeadLetterLimits | undefined;
  /** The defaults where left out. */
  uploadLimits?: Partial<UploadLimits>;
  /** How long data is kept and how late an event may be; everything is kept where left out. */
  retention?: RetentionPolicy;
  log: Logger;
};

/** Connects, migrates, and starts everything that works behind the API. */
export async function createServices(options: ServicesOptions): Promise<Running> {
  const { databaseUrl, connections, migrated = false } = options;
  if (!migrated) await migrate(databaseUrl);
  const db = connect(databaseUrl, connections === undefined ? {} : { max: connections });
  let peers: Peers | undefined;
  let reads: Reads | undefined;
  try {
    await requireDurability(db.sql);
    peers = await openPeers({ sql: db.sql, url: databaseUrl, role: options.role ?? 'all', log: options.log });
    reads = await openReads(db, options.replicas, { connections: connections ?? 16, log: options.log });
    return await startOver(db, peers, reads, options);
  } catch (error) {
    await reads?.stop();
    await peers?.stop();
    await db.close();
    throw error;
  }
}

async function startOver(
  db: Database,
  peers: Peers,
  reads: Reads,
  {
    databaseUrl,
    replicas,
    role = 'all',
    threads = Math.max(1, availableParallelism()),
    deadLetters: limits = defaultDeadLetterLimits,
    uploadLimits = {},
    retention = keepEverything,
    log,
  }: ServicesOptions,
): Promise<Running> {
  const tenants = new TenantDirectory(db);
  const worksInBackground = role !== 'api';
  const { stream } = peers;
  const segmentKeeper = new SegmentKeeper({ db, tenants, stream, log });
  const queue = new JobQueue(databaseUrl, log, { works: worksInBackground });
  const broughtThread = new ModelThread();
  const scorers = new Scorers(db.sql, broughtThread);
  const thread = new ModelThread();
  const scoring = { db, scorers, tenants, log, threads };
  const scoreKeeper = new ScoreKeeper({ ...scoring, queue, segments: segmentKeeper });
  const keeper = together(segmentKeeper, scoreKeeper);
  const segmentDuty = new SegmentDuty({ url: databaseUrl, keeper, ...peers, log });
  const handOver = new HandOver({ bus: peers.bus, log });
  const horizon = createHorizon(retention.horizon);
  const partitions = new Partitions(db.sql, horizon);
  // Before the first event: what other gateways retired must not be taken again.
  await partitions.refresh();
  const writeMemory = new WriteMemory();
  const lanes = new Lanes(
    (tenant, items) =>
      partitions.writing(
        () => items.map((item) => item.event.at),
        () => writeBatch(db.sql, tenant, items, writeMemory),
      ),
    announceStored(stream, worksInBackground ? keeper : handOver),
    laneOptions,
  );
  const metrics = new Metrics({ waitingEvents: () => lanes.waiting, openStreams: () => stream.openStreams });
  countReads(metrics.registry, reads);
  const deadLetters = new DeadLetterKeeper({ sql: db.sql, limits, metrics });
  const jobs = new JobsService(db, stream);
  const idempotency = new IdempotencyService(db);
  const maintenance = new StoreMaintenance({ sql: db.sql, partitions, policy: retention, metrics, log });
  const ways = { tenants, lanes, partitions, horizon, metrics };
  const events = new EventsService({ ...ways, deadLetters });
  const unfollow = followPartitions(partitions, log);

  const features = new FeaturesService(db, scorers);
  await queue.start();
  const onChange = (tenantId: string, jobId: string) => jobs.announce(tenantId, jobId);
  const source = { databaseUrl, replicas, logLevel: log.level };
  if (worksInBackground) {
    await queue.work('train_model', (job, signal) =>
      trainModel({ db, queue, thread, source, log, threads, onChange }, job, signal),
    );
    await queue.workAbandoned('train_model', (job) => abandonJob({ db, onChange }, job));
    await queue.work('score_players', (job, signal) =>
      scorePlayers({ ...scoring, onChange, segments: segmentKeeper }, job, signal),
    );
    await queue.workAbandoned('score_players', (job) => abandonJob({ db, onChange }, job));
    await segmentDuty.start();
    maintenance.start();
    deadLetters.start((error) => log.warn({ err: error }, 'old dead letters were not removed'));
    idempotency.start((error) => log.warn({ err: error }, 'old idempotency keys were not removed'));
  }

  return {
    db,
    segmentKeeper,
    scoreKeeper,
    metrics,
    deadLetters,
    catchUp: () => segmentDuty.catchUp(),
    services: {
      identity: new IdentityService(db, tenants),
      idempotency,
      events,
      uploads: new UploadsService({ events, deadLetters, metrics }, uploadLimits),
      deadLetters: new DeadLettersService({
        sql: db.sql,
        // Of a letter that is sent again the letter itself is what is kept.
        send: (principal, body, keeper) =>
          new EventsService({ ...ways, deadLetters: keeper }).send(principal, body),
      }),
      players: new PlayersService(db, tenants, reads),
      segments: new SegmentsService(db, segmentKeeper, reads, scorers),
      columns: new ColumnsService(tenants, features, reads),
      features,
      models: new ModelsService(db, queue, reads),
      modelVersions: new VersionsService(db, queue),
      modelImports: new ImportService({ db, queue, thread: broughtThread }),
      modelComparison: new CompareService({ db, reads, tenants, scorers, threads }),
      jobs,
      reports: new ReportsService(reads),
      sessions: new SessionsService(tenants),
      stream,
      reads,
      health: new HealthService(db),
    },
    stop: async () => {
      stream.closeAll();
      idempotency.stop();
      deadLetters.stop();
      unfollow();
      lanes.stop();
      await maintenance.stop();
      await queue.stop();
      await thread.close();
      await broughtThread.close();
      await segmentDuty.stop();
      await scoreKeeper.stop();
      await segmentKeeper.stop();
      await handOver.stop();
      await peers.stop();
      await reads.stop();
      await db.close();
    },
  };
}
