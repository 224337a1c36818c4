/**
 * Waits so many ms for an answer. What was begun goes on, and nobody hears of it.
 * @throws what `late` gives, where there is none by then
 */
export async function within<T>(ms: number, answer: Promise<T>, late: () => Error): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
}
