/** Events as lines of JSON, so many at a time. */
export type Part<T> = { events: T[]; text: string };

export type PartLimits = {
  /** Characters after which a part is full. */
  length: number;
  /** Milliseconds that an event waits at most for others to come. */
  lingerMs: number;
};

/** Gathers what a source brings into parts. A source that pauses has what it brought sent all the same. */
export async function* partsOf<T>(
  source: Iterable<T> | AsyncIterable<T>,
  { length, lingerMs }: PartLimits,
): AsyncGenerator<Part<T>, void> {
  let events: T[] = [];
  let lines: string[] = [];
  let size = 0;
  const add = (event: T): boolean => {
    const line = JSON.stringify(event);
    events.push(event);
    lines.push(line);
    size += line.length;
    return size >= length;
  };
  const take = (): Part<T> => {
    const part = { events, text: `${lines.join('\n')}\n` };
    events = [];
    lines = [];
    size = 0;
    return part;
  };
  if (!(Symbol.asyncIterator in source)) {
    for (const event of source) if (add(event)) yield take();
    if (events.length > 0) yield take();
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  const late = Symbol('late');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lingering: Promise<typeof late> | undefined;
  const full = () => {
    clearTimeout(timer);
    lingering = undefined;
    return take();
  };
  try {
    let next = iterator.next();
    for (;;) {
      const result = lingering === undefined ? await next : await Promise.race([next, lingering]);
      if (result === late) {
        yield full();
        continue;
      }
      if (result.done) break;
      lingering ??= new Promise((resolve) => {
        timer = setTimeout(() => resolve(late), lingerMs);
      });
      if (add(result.value)) yield full();
      next = iterator.next();
    }
    if (events.length > 0) yield full();
  } finally {
    clearTimeout(timer);
    // Not awaited: a source that waits for its next event would hold it up.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
