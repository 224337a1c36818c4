import { defaultDeadLetterLimits } from '../config/dead-letter-limits.ts';
import { listLetters } from '../db/queries/dead-letters.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { DeadLetterKeeper } from '../dead-letters/dead-letter-keeper.ts';
import type { TestGateway } from './test-gateway.ts';

/** A rejected item that came just now from a server, unless told otherwise. */
export const aLetter = (
  raw: unknown,
  fields: Partial<Extract<DeadLetter, { kind: 'rejected' }>> = {},
): DeadLetter => ({
  raw,
  kind: 'rejected',
  code: 'event_invalid',
  errors: [{ pointer: '/type', detail: 'is missing' }],
  source: 'server',
  channel: 'api',
  replay: false,
  receivedAt: new Date(),
  ...fields,
});

/** Puts letters into the list as the gateway would, and returns the ids of all that the tenant has, oldest first. */
export async function keepLetters(
  { running }: TestGateway,
  tenantId: string,
  letters: readonly DeadLetter[],
): Promise<string[]> {
  const { sql } = running.db;
  const keeper = new DeadLetterKeeper({ sql, limits: defaultDeadLetterLimits, metrics: running.metrics });
  await keeper.keep(tenantId, letters);
  const rows = await listLetters(sql, tenantId, { limit: 10_000 });
  return rows.map(({ id }) => id).reverse();
}
