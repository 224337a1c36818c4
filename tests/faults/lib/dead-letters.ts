import type { Client } from './client.ts';
import { numberOf } from './events.ts';
import type { Operator } from './operator.ts';
import type { Violation } from './truth.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Promise 3: each item that was answered rejected or conflict is in the list of dead letters, with its reason; nothing else is. */
export async function verifyDeadLetters(
  url: string,
  client: Client,
  { truth }: Operator,
): Promise<{ violations: Violation[]; letters: number }> {
  const violations: Violation[] = [];
  const found = { rejected: new Set<number>(), conflict: new Set<number>() };
  let letters = 0;
  let cursor = '';
  do {
    const { status, body } = await client.get(`${url}/v1/dead-letters?limit=1000${cursor}`, 60_000);
    if (status !== 200 || !isObject(body) || !Array.isArray(body.data))
      throw new Error(`the list of dead letters was answered by ${status}`);
    for (const letter of body.data) {
      letters += 1;
      if (!isObject(letter) || (letter.kind !== 'rejected' && letter.kind !== 'conflict')) continue;
      const n = numberOf(truth.world, String(letter.eventId));
      found[letter.kind].add(n);
      const explained =
        letter.kind === 'conflict' || (Array.isArray(letter.errors) && letter.errors.length > 0);
      if (!explained)
        violations.push({ kind: 'a dead letter without a reason', about: String(letter.eventId) });
      const wasSent = truth.wasSent({ n, rival: false }) || truth.wasSent({ n, rival: true });
      if (!wasSent)
        violations.push({ kind: 'a dead letter of what was never sent', about: String(letter.eventId) });
    }
    cursor = typeof body.nextCursor === 'string' ? `&cursor=${encodeURIComponent(body.nextCursor)}` : '';
  } while (cursor !== '');
  for (let n = 0; n < truth.size; n += 1) {
    const conflict = truth.isConflict({ n, rival: false }) || truth.isConflict({ n, rival: true });
    const about = `${truth.world.prefix}-${n}`;
    if (truth.isRejected(n) && !found.rejected.has(n))
      violations.push({ kind: 'rejected and not kept', about });
    if (conflict && !found.conflict.has(n)) violations.push({ kind: 'a conflict that was not kept', about });
  }
  return { violations, letters };
}
