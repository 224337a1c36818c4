import type { Principal } from '../../auth/principal.ts';
import type { Database } from '../../db/database.ts';
import { cancelJob, findJob, type JobRow } from '../../db/queries/jobs.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { found } from '../../errors/not-found.ts';
import type { StreamService } from '../stream/stream-service.ts';

export class JobsService {
  readonly #db: Database;
  readonly #stream: StreamService;

  constructor(db: Database, stream: StreamService) {
    this.#db = db;
    this.#stream = stream;
  }

  async read({ tenantId }: Pick<Principal, 'tenantId'>, id: string) {
    return toJob(found(await findJob(this.#db, tenantId, id), 'job'));
  }

  /** Once this answers, the job leaves no result: finishing and cancelling change the same row. */
  async cancel(principal: Principal, id: string) {
    const before = await this.read(principal, id);
    if (!(await cancelJob(this.#db.sql, principal.tenantId, id, new Date()))) {
      throw new CrmbetError('job_finished', `The job has ${before.state} already.`);
    }
    await this.announce(principal.tenantId, id);
    return await this.read(principal, id);
  }

  /** Tells those who watch the stream how the job stands. */
  async announce(tenantId: string, id: string): Promise<void> {
    this.#stream.publish(tenantId, { event: 'job.updated', data: await this.read({ tenantId }, id) });
  }
}

const toJob = (row: JobRow) => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  progress: row.progress,
  step: row.step,
  code: row.code,
  detail: row.detail,
  model: row.modelId,
  version: row.modelVersion,
  createdAt: row.createdAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
