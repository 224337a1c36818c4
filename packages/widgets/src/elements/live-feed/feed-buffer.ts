import type { ToldMessage } from '../../data/wire.ts';

/**
 * What came and is not shown yet, newest first, bounded by `max`. A training tells its progress many times: only its
 * latest word is kept. A message that came before (after a reconnect) is not added again.
 */
export class FeedBuffer {
  readonly #max: number;
  #shown: ToldMessage[];
  #fresh: ToldMessage[] = [];
  #waiting = 0;

  constructor(max: number, shown: readonly ToldMessage[] = []) {
    this.#max = max;
    this.#shown = shown.slice(0, max);
  }

  /** How many came since the last `take`, also those that no longer fit. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Answers whether it is new. */
  add(message: ToldMessage): boolean {
    const known = (other: ToldMessage) => other.id === message.id;
    if (this.#fresh.some(known) || this.#shown.some(known)) return false;
    if (message.event === 'job.updated') {
      const earlier = (other: ToldMessage) =>
        other.event === 'job.updated' && other.data.id === message.data.id;
      this.#fresh = this.#fresh.filter((other) => !earlier(other));
      this.#shown = this.#shown.filter((other) => !earlier(other));
    }
    this.#fresh.unshift(message);
    this.#fresh.length = Math.min(this.#fresh.length, this.#max);
    this.#waiting += 1;
    return true;
  }

  /** The list to show from now on. */
  take(): ToldMessage[] {
    this.#shown = [...this.#fresh, ...this.#shown].slice(0, this.#max);
    this.#fresh = [];
    this.#waiting = 0;
    return this.#shown;
  }
}
