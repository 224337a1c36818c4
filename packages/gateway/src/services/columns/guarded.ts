type Guard = {
  head: Uint8Array;
  end: Uint8Array;
  /** How long a reader may take nothing. */
  stallMs: number;
  longestMs: number;
  /** Called once, however it ends. */
  over(why?: unknown): void;
};

/**
 * A body that is made as it is read: the head, what `next` makes until it makes nothing more, the end. A reader that stands
 * still, or is too slow in all, gets a broken body instead of keeping its place for as long as it likes.
 */
export function guarded(
  next: () => Promise<Uint8Array | undefined>,
  { head, end, stallMs, longestMs, over }: Guard,
): ReadableStream<Uint8Array> {
  let stall: NodeJS.Timeout | undefined;
  let longest: NodeJS.Timeout | undefined;
  let isOver = false;
  const finish = (why?: unknown) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(stall);
    clearTimeout(longest);
    over(why);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(head);
      longest = setTimeout(() => fail(controller), longestMs).unref();
      stall = setTimeout(() => fail(controller), stallMs).unref();
    },
    async pull(controller) {
      // While the database works, nobody waits for the reader.
      clearTimeout(stall);
      try {
        const bytes = await next();
        if (isOver) return;
        controller.enqueue(bytes ?? end);
        if (bytes !== undefined) {
          stall = setTimeout(() => fail(controller), stallMs).unref();
          return;
        }
        controller.close();
        finish();
      } catch (error) {
        controller.error(error);
        finish(error);
      }
    },
    cancel: finish,
  });

  function fail(controller: ReadableStreamDefaultController): void {
    const why = new Error('the reader of columns is too slow');
    controller.error(why);
    finish(why);
  }
}
