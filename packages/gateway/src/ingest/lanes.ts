import { CrmbetError } from '../errors/crmbet-error.ts';
import type { BatchItem, BatchTenant, ItemStatus } from './batch-item.ts';
import { Lane, type StoredListener, type WriteBatch } from './lane.ts';

/** Spreads events over lanes by player, so that one player's events are never written by two batches at once. */
export class Lanes {
  readonly #lanes: Lane[];
  readonly #maxWaiting: number;
  readonly #look: NodeJS.Timeout;
  #waiting = 0;

  constructor(
    write: WriteBatch,
    onStored: StoredListener,
    options: {
      lanes: number;
      maxBatch: number;
      maxWaiting: number;
      /** How long a caller waits for a commit before it is told that the store is away. */
      patienceMs?: number;
    },
  ) {
    // Told commit by commit: what one lane has stored is known, whatever becomes of the rest of its request.
    const writeAndTell: WriteBatch = async (tenant, items) => {
      const statuses = await write(tenant, items);
      const stored = items.filter((_, at) => statuses[at] === 'accepted');
      if (stored.length > 0) onStored(tenant.id, stored);
      return statuses;
    };
    this.#lanes = Array.from({ length: options.lanes }, () => new Lane(writeAndTell, options.maxBatch));
    this.#maxWaiting = options.maxWaiting;
    const { patienceMs = 10_000 } = options;
    // One look for all, not a timer for each: there are thousands of them a second.
    this.#look = setInterval(() => this.#giveUp(performance.now() - patienceMs), patienceMs / 10);
    this.#look.unref();
  }

  /** Nobody is answered for waiting too long any more. */
  stop(): void {
    clearInterval(this.#look);
  }

  #giveUp(before: number): void {
    const error = new CrmbetError(
      'store_unavailable',
      'The database does not answer. What was sent may be stored or not: send it again.',
      { retryAfter: 2 },
    );
    for (const lane of this.#lanes) lane.giveUp(before, error);
  }

  /** Events that are being written or wait to be. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves after the commit of every item, one status each; refuses at once when too much is waiting. */
  async submit(tenant: BatchTenant, items: readonly BatchItem[]): Promise<ItemStatus[]> {
    if (this.#waiting + items.length > this.#maxWaiting) {
      throw new CrmbetError(
        'overloaded',
        'Too many events are waiting to be stored. Send them again shortly.',
        { retryAfter: 1 },
      );
    }
    this.#waiting += items.length;
    try {
      return await this.#spread(tenant, items);
    } finally {
      this.#waiting -= items.length;
    }
  }

  async #spread(tenant: BatchTenant, items: readonly BatchItem[]): Promise<ItemStatus[]> {
    const [only] = items;
    if (only !== undefined && items.length === 1) {
      const lane = this.#lanes[laneOf(only.playerId, this.#lanes.length)];
      if (lane !== undefined) return await lane.submit(tenant, items);
    }
    const shares = this.#lanes.map((): { items: BatchItem[]; places: number[] } => ({
      items: [],
      places: [],
    }));
    let index = 0;
    for (const item of items) {
      const share = shares[laneOf(item.playerId, this.#lanes.length)];
      share?.items.push(item);
      share?.places.push(index);
      index += 1;
    }
    const statuses = new Array<ItemStatus>(items.length);
    const outcomes = await Promise.allSettled(
      this.#lanes.map(async (lane, number) => {
        const share = shares[number];
        if (share === undefined || share.items.length === 0) return;
        const results = await lane.submit(tenant, share.items);
        let at = 0;
        for (const status of results) {
          statuses[share.places[at] ?? 0] = status;
          at += 1;
        }
      }),
    );
    // All lanes have finished, so a caller who sends everything again races nothing of its own.
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return statuses;
  }
}

/** Player ids are hashes already: their first digits spread evenly. */
const laneOf = (playerId: string, lanes: number) => Number.parseInt(playerId.slice(0, 6), 16) % lanes;
