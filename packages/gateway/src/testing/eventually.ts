/** Looks again until the answer is as wanted; after the deadline, shortly before a test ends of itself, the last failure is the test's. */
export async function eventually<T>(look: () => Promise<T>, deadlineMs = 50_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((next) => setTimeout(next, 40));
    }
  }
}
