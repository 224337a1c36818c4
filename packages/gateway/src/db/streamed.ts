/**
 * What a piece of work gives out one by one, at the speed of whoever reads: `give` resolves once there is room for the next.
 * Where the reader turns away, `give` rejects, and the work ends by that.
 */
export function streamed<T>(
  work: (give: (value: T) => Promise<void>) => Promise<unknown>,
): ReadableStream<T> {
  // One is read ahead, so that the work goes on while the last one is being sent.
  const { readable, writable } = new TransformStream<T, T>(undefined, undefined, { highWaterMark: 1 });
  const writer = writable.getWriter();
  const done = work((value) => writer.write(value)).then(
    () => writer.close(),
    (error: unknown) => writer.abort(error),
  );
  // Whoever reads is told of a failure by the stream; whoever turned away wants to know nothing.
  done.catch(() => {});
  return readable;
}
