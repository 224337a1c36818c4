import { sentenceOf } from './failure.ts';
import { Lifetime } from './lifetime.ts';

/** Runs something that serves until the process is told to end; then undoes what it opened. Sets the exit code. */
export type RunUntilEnd = (start: (lifetime: Lifetime) => Promise<void>) => Promise<void>;

/** Undoing that hangs must not keep a process for ever. */
const patienceMs = 25_000;

export const runUntilEnd: RunUntilEnd = async (start) => {
  // A terminal that was closed must not end us half-way through a write: we end by the signal that comes with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const lifetime = new Lifetime();
  let told = false;
  const hasEnded = new Promise<void>((resolve) => {
    const end = () => {
      if (told) return;
      told = true;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    // Whoever started us with a channel is gone when it closes: nothing would ever stop us.
    process.on('disconnect', end);
  });
  const ended = hasEnded.then(() => lifetime.end());
  try {
    await start(lifetime);
    await hasEnded;
  } catch (error) {
    // What a start says while it is being stopped is the stop itself.
    if (!told) {
      process.stderr.write(`crmbet: ${sentenceOf(error)}\n`);
      process.exitCode = 1;
    }
    void lifetime.end();
  }
  const forced = setTimeout(() => process.exit(1), patienceMs);
  await lifetime.end();
  if (told) await ended;
  clearTimeout(forced);
  if (process.connected) process.disconnect();
};
