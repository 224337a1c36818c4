import { isBadData } from '../db/failures.ts';
import { retrying } from '../db/retrying.ts';
import type { BatchItem, BatchTenant, ItemStatus } from './batch-item.ts';

/** What a lane does with a batch; throws when nothing of it was written. */
export type WriteBatch = (tenant: BatchTenant, items: readonly BatchItem[]) => Promise<ItemStatus[]>;

/** Told of what was newly stored, right after its commit; it must not throw. */
export type StoredListener = (tenantId: string, stored: readonly BatchItem[]) => void;

type Waiting = {
  /** When it came, by performance.now(). */
  since: number;
  tenant: BatchTenant;
  items: readonly BatchItem[];
  /** Of their data. */
  characters: number;
  resolve: (statuses: ItemStatus[]) => void;
  reject: (error: unknown) => void;
};

const maxAttempts = 5;

/** Of the data of a batch: above it, a batch of large events would keep others waiting for seconds. */
const maxCharacters = 4 * 1024 * 1024;

/**
 * Group commit for a share of the players: what concurrent requests bring while a batch is being written goes into the
 * next one, and each caller is answered after the commit that holds its events. One batch is in flight at a time.
 */
export class Lane {
  readonly #write: WriteBatch;
  readonly #maxBatch: number;
  readonly #queue: Waiting[] = [];
  #writing: readonly Waiting[] = [];
  #running = false;

  constructor(write: WriteBatch, maxBatch: number) {
    this.#write = write;
    this.#maxBatch = maxBatch;
  }

  submit(tenant: BatchTenant, items: readonly BatchItem[]): Promise<ItemStatus[]> {
    return new Promise((resolve, reject) => {
      let characters = 0;
      for (const { json } of items) characters += json.length;
      this.#queue.push({ since: performance.now(), tenant, items, characters, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  /**
   * Answers those who came before an instant that nothing is known of theirs. What waits is dropped; what is being written may yet
   * be stored, and is then a duplicate for whoever sends it again.
   */
  giveUp(before: number, error: Error): void {
    // In the order of their coming.
    const late = this.#queue.findIndex(({ since }) => since >= before);
    const dropped = this.#queue.splice(0, late === -1 ? this.#queue.length : late);
    for (const { since, reject } of [...this.#writing, ...dropped]) if (since < before) reject(error);
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // Requests that arrive in the same turn of the event loop share the first batch too.
    await new Promise((next) => setImmediate(next));
    for (let group = this.#take(); group.length > 0; group = this.#take()) {
      this.#writing = group;
      await this.#commit(group);
    }
    this.#writing = [];
    this.#running = false;
  }

  /** The requests at the head that belong to one tenant, up to the size of a batch. */
  #take(): Waiting[] {
    const tenant = this.#queue[0]?.tenant;
    let count = 0;
    let size = 0;
    let characters = 0;
    for (const waiting of this.#queue) {
      size += waiting.items.length;
      characters += waiting.characters;
      const isFull = size > this.#maxBatch || characters > maxCharacters;
      if (waiting.tenant !== tenant || (count > 0 && isFull)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(group: Waiting[]): Promise<void> {
    const [head] = group;
    if (head === undefined) return;
    try {
      const items = group.flatMap((waiting) => waiting.items);
      const statuses =
        group.length === 1
          ? await this.#isolate(head.tenant, items)
          : await this.#attempt(head.tenant, items);
      let from = 0;
      for (const waiting of group) {
        waiting.resolve(statuses.slice(from, from + waiting.items.length));
        from += waiting.items.length;
      }
    } catch (error) {
      if (group.length === 1 || !isBadData(error)) {
        // No request's values are to blame: each alone would fail the same way, one after the other.
        for (const waiting of group) waiting.reject(error);
        return;
      }
      // One request's values are what the database refuses; alone, each gets its own answer.
      for (const waiting of group) await this.#commit([waiting]);
    }
  }

  /** Halves a batch that holds something the database cannot store, until that something stands alone. */
  async #isolate(tenant: BatchTenant, items: readonly BatchItem[]): Promise<ItemStatus[]> {
    try {
      return await this.#attempt(tenant, items);
    } catch (error) {
      if (!isBadData(error)) throw error;
      if (items.length === 1) return ['unstorable'];
      const middle = items.length >> 1;
      const first = await this.#isolate(tenant, items.slice(0, middle));
      return [...first, ...(await this.#isolate(tenant, items.slice(middle)))];
    }
  }

  #attempt(tenant: BatchTenant, items: readonly BatchItem[]): Promise<ItemStatus[]> {
    return retrying(() => this.#write(tenant, items), maxAttempts);
  }
}
