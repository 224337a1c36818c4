import { crc32 } from 'node:zlib';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import { isObject } from '../../errors/is-object.ts';
import { backOffMs, wait } from './back-off.ts';
import { blameFor } from './blame.ts';
import type { StreamItem, Unreadable } from './stream-message.ts';

/** What an intake needs of the gateway. Both resolve after the commit and reject when nothing of the call is to be relied on. */
export type IntakeTarget = {
  send(events: readonly unknown[], replay: boolean): Promise<unknown>;
  keep(letters: readonly Unreadable[]): Promise<void>;
};

export type IntakeOptions = {
  /** Batches that are being stored at once. One player's events are always in the same. */
  slots: number;
  /** Events of a batch. */
  maxBatch: number;
  /** Events, and bytes of messages, that may wait before the stream is made to wait. */
  maxWaiting: number;
  maxWaitingBytes: number;
  onRetry(error: unknown, failed: number): void;
  /** An event was put among the dead letters because the store refused it again and again. */
  onSetAside(error: unknown): void;
  /** Milliseconds before the try that follows `failed` ones; tests wait less. */
  delay?: (failed: number) => number;
};

type Work = { item: StreamItem; finish: () => void };

/** What may be the store's fault or the events' own is tried this often, over half a minute, before the batch is taken apart. */
const triesUnexplained = 8;

/**
 * Takes what messages hold into the store: several batches at once, the events of one player one after the other and in the order
 * in which they came. Nothing is given up: while the store is away everything waits, and what it refuses for a reason of the
 * event's own is kept as a dead letter.
 */
export class Intake {
  readonly #target: IntakeTarget;
  readonly #options: IntakeOptions;
  readonly #slots: { queue: Work[]; running: boolean }[];
  readonly #abandoned = new AbortController();
  #waiting = 0;
  #waitingBytes = 0;
  #closed = false;
  #onChange: (() => void)[] = [];

  constructor(target: IntakeTarget, options: IntakeOptions) {
    this.#target = target;
    this.#options = options;
    this.#slots = Array.from({ length: options.slots }, () => ({ queue: [], running: false }));
  }

  /** Events that are being stored or wait to be. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Begins to store one message.
   *
   * @param onStored called after the last commit that holds something of it; never, once it was abandoned
   * @returns resolves when there is room for another message
   */
  async take(items: readonly StreamItem[], bytes: number, onStored: () => void): Promise<void> {
    if (this.#abandoned.signal.aborted) return;
    let left = items.length;
    this.#waiting += left;
    this.#waitingBytes += bytes;
    const finishOne = () => {
      left -= 1;
      this.#waiting -= 1;
      if (left === 0) this.#finishMessage(bytes, onStored);
    };
    if (left === 0) this.#finishMessage(bytes, onStored);
    for (const item of items) {
      const slot = this.#slots[slotOf(item, this.#slots.length)];
      slot?.queue.push({ item, finish: finishOne });
      if (slot?.running === false) void this.#run(slot);
    }
    await this.#until(() => !this.#isFull() || this.#closed);
  }

  /** Nothing more will be taken: whoever waits for room need not. */
  close(): void {
    this.#closed = true;
    this.#changed();
  }

  /** Resolves when everything taken has been stored, or at the latest after `ms`: whether it has. */
  async settled(ms: number): Promise<boolean> {
    const late = AbortSignal.timeout(ms);
    const wake = () => this.#changed();
    late.addEventListener('abort', wake, { once: true });
    await this.#until(() => this.#waiting === 0 || late.aborted);
    late.removeEventListener('abort', wake);
    return this.#waiting === 0;
  }

  /** Takes nothing more and tries nothing again: of what is not stored by now nobody is told any more. */
  abandon(): void {
    this.#abandoned.abort();
    this.#changed();
  }

  #isFull(): boolean {
    return this.#waiting >= this.#options.maxWaiting || this.#waitingBytes >= this.#options.maxWaitingBytes;
  }

  #finishMessage(bytes: number, onStored: () => void): void {
    this.#waitingBytes -= bytes;
    if (!this.#abandoned.signal.aborted) onStored();
    this.#changed();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.#abandoned.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#onChange.push(resolve);
      });
    }
  }

  #changed(): void {
    for (const wake of this.#onChange.splice(0)) wake();
  }

  async #run(slot: { queue: Work[]; running: boolean }): Promise<void> {
    slot.running = true;
    // What comes in the same turn of the event loop shares the first batch.
    await new Promise((next) => setImmediate(next));
    while (slot.queue.length > 0 && !this.#abandoned.signal.aborted) {
      const batch = slot.queue.splice(0, this.#lengthOfBatch(slot.queue));
      if (!(await this.#store(batch.map(({ item }) => item)))) break;
      for (const { finish } of batch) finish();
    }
    slot.running = false;
  }

  /** As many from the head as can be stored by one call. */
  #lengthOfBatch(queue: readonly Work[]): number {
    const head = queue[0]?.item;
    const end = queue.findIndex(
      ({ item }, at) =>
        at >= this.#options.maxBatch || item.kind !== head?.kind || item.replay !== head.replay,
    );
    return end === -1 ? queue.length : end;
  }

  /** @returns false when it was abandoned */
  async #store(items: readonly StreamItem[]): Promise<boolean> {
    const [head] = items;
    if (head === undefined) return true;
    if (head.kind === 'unreadable')
      return await this.#keep(items.filter((item) => item.kind === 'unreadable'));
    const events = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));
    const outcome = await this.#tryUntilDone(() => this.#target.send(events, head.replay), false);
    if (outcome === 'done' || outcome === 'abandoned') return outcome === 'done';
    if (items.length === 1) {
      this.#options.onSetAside(outcome.error);
      return await this.#keep([setAside(head.event, head.replay, outcome.error)]);
    }
    // One of them is to blame; alone, each gets what it deserves.
    for (const item of items) if (!(await this.#store([item]))) return false;
    return true;
  }

  /** Whatever goes wrong here, there is no other place where a message could be left. */
  async #keep(letters: readonly Unreadable[]): Promise<boolean> {
    return (await this.#tryUntilDone(() => this.#target.keep(letters), true)) === 'done';
  }

  async #tryUntilDone(
    work: () => Promise<unknown>,
    forEver: boolean,
  ): Promise<'done' | 'abandoned' | { error: unknown }> {
    const { signal } = this.#abandoned;
    let unexplained = 0;
    for (let failed = 1; !signal.aborted; failed += 1) {
      try {
        await work();
        return 'done';
      } catch (error) {
        const blame = blameFor(error);
        unexplained += blame === 'nobody knows' ? 1 : 0;
        if (!forEver && (blame === 'events' || unexplained >= triesUnexplained)) return { error };
        this.#options.onRetry(error, failed);
        const asked = error instanceof CrmbetError ? (error.retryAfter ?? 0) * 1000 : 0;
        const { delay = (count: number) => Math.max(backOffMs(count), asked) } = this.#options;
        await wait(delay(failed), signal);
      }
    }
    return 'abandoned';
  }
}

/** By player, so that two batches at once never hold events of the same. */
function slotOf(item: StreamItem, slots: number): number {
  if (item.kind !== 'event' || !isObject(item.event) || typeof item.event.player !== 'string') return 0;
  return crc32(item.event.player) % slots;
}

function setAside(event: unknown, replay: boolean, error: unknown): Unreadable {
  const known = error instanceof CrmbetError ? error : undefined;
  return {
    kind: 'unreadable',
    raw: event,
    code: known?.code ?? 'internal',
    errors:
      known !== undefined && known.errors.length > 0
        ? known.errors
        : [{ pointer: '', detail: 'was refused by the store' }],
    replay,
  };
}
