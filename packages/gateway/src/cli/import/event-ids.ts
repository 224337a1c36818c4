import { createHash } from 'node:crypto';

/**
 * Ids for rows that have none of their own: the same file gives the same ids each time, so importing it again counts
 * nothing twice. Equal rows are separate events and are told apart by their order: the first, the second, and so on.
 *
 * @param source names the kind of file; the same row in two sources is two events
 */
export function eventIds(source: string): (content: string) => string {
  // Keyed by 48 bits of the digest to keep many rows in memory. Two rows that share a key only number each other, the
  // same way each time.
  const seen = new Map<number, number>();
  return (content) => {
    const digest = createHash('sha256').update(source).update('\0').update(content).digest();
    const key = digest.readUIntBE(26, 6);
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    const id = `${source}:${digest.toString('base64url', 0, 18)}`;
    return occurrence === 1 ? id : `${id}:${occurrence}`;
  };
}
