import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** Settings of how many processes there are, what each does, and where they read. */

export const Role = z.enum(['api', 'worker', 'all']);

const maxWorkers = 64;
export const Workers = z.union([z.literal('auto'), z.coerce.number().int().min(1).max(maxWorkers)], {
  error: `must be a whole number from 1 to ${maxWorkers}, or auto for one a core`,
});

export const workersOf = (wanted: z.infer<typeof Workers>): number =>
  wanted === 'auto' ? Math.min(maxWorkers, availableParallelism()) : wanted;

/**
 * Connections of one process for requests, where nothing is said: many processes share what one alone would have. Four lanes
 * write at once, and reads need some beside them.
 */
export const connectionsOf = (workers: number): number => Math.max(6, Math.floor(32 / (workers + 1)));

/** Addresses with commas between. A comma inside a password has to be written as %2C. */
export const ReplicaUrls = z.string().transform((text, context) => {
  const urls = text.split(',').map((url) => url.trim());
  const wrong = urls.find((url) => !/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url));
  // The text may hold a password, so it is not repeated.
  if (wrong !== undefined)
    context.addIssue('must be addresses that begin with postgres://, with commas between');
  return urls;
});
