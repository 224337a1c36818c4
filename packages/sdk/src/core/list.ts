/** A page of a list as the wire has it. */
export type PageOf<T> = { data: T[]; nextCursor: string | null };

/**
 * A list that is read as far as it is wanted. `await` gives the first page; `for await` gives every item, a page at a
 * time; nothing is asked for before one of them.
 */
export class List<T, Page extends PageOf<T> = PageOf<T>> implements Promise<Page>, AsyncIterable<T> {
  readonly [Symbol.toStringTag] = 'List';
  readonly #fetchPage: (cursor: string | undefined) => Promise<Page>;
  #first: Promise<Page> | undefined;

  constructor(fetchPage: (cursor: string | undefined) => Promise<Page>) {
    this.#fetchPage = fetchPage;
  }

  /** The pages, from the first. */
  async *pages(): AsyncGenerator<Page, void> {
    let page = await this.#firstPage();
    yield page;
    while (page.nextCursor !== null) {
      page = await this.#fetchPage(page.nextCursor);
      yield page;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const page of this.pages()) yield* page.data;
  }

  /** Up to `limit` items in an array. Asks for a limit because a list may be longer than the memory. */
  async toArray({ limit }: { limit: number }): Promise<T[]> {
    const items: T[] = [];
    if (limit <= 0) return items;
    for await (const item of this) {
      items.push(item);
      if (items.length >= limit) break;
    }
    return items;
  }

  // biome-ignore lint/suspicious/noThenProperty: a list is awaited for its first page
  then<A = Page, B = never>(
    onPage?: ((page: Page) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#firstPage().then(onPage, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<Page | B> {
    return this.#firstPage().catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<Page> {
    return this.#firstPage().finally(onEnd);
  }

  #firstPage(): Promise<Page> {
    this.#first ??= this.#fetchPage(undefined);
    return this.#first;
  }
}
