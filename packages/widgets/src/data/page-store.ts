import type { Page } from './wire.ts';

/** Fetches the page after `cursor` (the first page for null), of at most `limit` rows. */
export type FetchPage<T> = (
  cursor: string | null,
  limit: number,
) => PromiseLike<Page<T> & { total?: number }>;

const firstLimit = 100;
const laterLimit = 1000;

/**
 * Rows of a keyset list, fetched as far as somebody has looked.
 *
 * A keyset list can only be walked from its start, so a jump to row 20,000 walks there in the largest pages that the
 * API gives (20 requests); whoever only looks at the top pays for one small page. One request is under way at a time.
 */
export class PageStore<T> {
  readonly #fetch: FetchPage<T>;
  readonly #changed: () => void;
  #rows: T[] = [];
  #cursor: string | null = null;
  #ended = false;
  #total: number | undefined;
  #wanted = 0;
  #walking = false;
  #closed = false;
  #error: unknown;

  constructor(fetch: FetchPage<T>, changed: () => void) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  /** How many rows the list has: as counted by the server, or as far as is known. */
  get length(): number {
    return this.#ended ? this.#rows.length : Math.max(this.#total ?? 0, this.#rows.length);
  }

  get loaded(): number {
    return this.#rows.length;
  }

  get walking(): boolean {
    return this.#walking;
  }

  /** Why the last fetch failed; undefined when it did not. `retry()` goes on from there. */
  get error(): unknown {
    return this.#error;
  }

  /** Whether the first page has arrived. */
  get opened(): boolean {
    return this.#ended || this.#rows.length > 0;
  }

  at(index: number): T | undefined {
    return this.#rows[index];
  }

  /** Makes sure that rows up to `end` (not included) arrive; `changed` is called as they do. */
  want(end: number): void {
    this.#wanted = Math.max(this.#wanted, end);
    if (this.#lacks && !this.#walking && this.#error === undefined) void this.#walk();
  }

  retry(): void {
    this.#error = undefined;
    this.want(Math.max(this.#wanted, 1));
  }

  /** Stops listening: an answer that is still under way is dropped. */
  close(): void {
    this.#closed = true;
  }

  get #lacks(): boolean {
    return !this.#closed && !this.#ended && this.#rows.length < this.#wanted;
  }

  async #walk(): Promise<void> {
    this.#walking = true;
    try {
      while (this.#lacks) {
        const limit = this.#wanted - this.#rows.length > firstLimit ? laterLimit : firstLimit;
        const page = await this.#fetch(this.#cursor, limit);
        if (this.#closed) return;
        this.#rows = this.#rows.concat(page.data);
        this.#cursor = page.nextCursor;
        this.#ended = page.nextCursor === null;
        this.#total = page.total ?? this.#total;
        this.#changed();
      }
    } catch (error) {
      if (!this.#closed) this.#error = error ?? new Error('the page could not be read');
    } finally {
      this.#walking = false;
      if (!this.#closed) this.#changed();
    }
  }
}
