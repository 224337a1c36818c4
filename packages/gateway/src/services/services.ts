import type { Reads } from '../db/replicas/reads.ts';
import type { ColumnsService } from './columns/columns-service.ts';
import type { DeadLettersService } from './dead-letters/dead-letters-service.ts';
import type { EventsService } from './events/events-service.ts';
import type { UploadsService } from './events/uploads-service.ts';
import type { FeaturesService } from './features/features-service.ts';
import type { HealthService } from './health/health-service.ts';
import type { IdempotencyService } from './idempotency/idempotency-service.ts';
import type { IdentityService } from './identity/identity-service.ts';
import type { JobsService } from './jobs/jobs-service.ts';
import type { CompareService } from './models/compare-service.ts';
import type { ImportService } from './models/import-service.ts';
import type { ModelsService } from './models/models-service.ts';
import type { VersionsService } from './models/versions-service.ts';
import type { PlayersService } from './players/players-service.ts';
import type { ReportsService } from './reports/reports-service.ts';
import type { SegmentsService } from './segments/segments-service.ts';
import type { SessionsService } from './sessions/sessions-service.ts';
import type { StreamService } from './stream/stream-service.ts';

/** Everything a request may reach. Use cases in plain TypeScript: no HTTP above, no SQL below. */
export type Services = {
  identity: IdentityService;
  idempotency: IdempotencyService;
  events: EventsService;
  uploads: UploadsService;
  deadLetters: DeadLettersService;
  players: PlayersService;
  segments: SegmentsService;
  features: FeaturesService;
  columns: ColumnsService;
  models: ModelsService;
  modelVersions: VersionsService;
  modelImports: ImportService;
  modelComparison: CompareService;
  jobs: JobsService;
  reports: ReportsService;
  sessions: SessionsService;
  stream: StreamService;
  /** Told of what callers write; see db/replicas. */
  reads: Pick<Reads, 'wrote' | 'notesWrites'>;
  health: HealthService;
};
