import { connect } from '../../db/database.ts';
import type { Reads } from '../../db/replicas/reads.ts';
import { openReads } from '../../db/replicas/replica-reads.ts';
import { createLogger } from '../../observability/logger.ts';
import type { Tasks } from './messages.ts';

type Source = Pick<Tasks['train']['input'], 'databaseUrl' | 'replicas' | 'logLevel'>;

/** Does work with the reads of replicas, which are looked at for as long. */
export async function withReplicas<T>(
  { databaseUrl, replicas, logLevel }: Source,
  work: (reads: Reads) => Promise<T>,
): Promise<T> {
  const db = connect(databaseUrl, { max: 2 });
  try {
    const reads = await openReads(db, replicas, { connections: 2, log: createLogger(logLevel) });
    try {
      return await work(reads);
    } finally {
      await reads.stop();
    }
  } finally {
    await db.close();
  }
}
