import { z } from 'zod';

/** What the primary process and its workers say to each other, over the channel between them. Each side checks what it gets. */

/** The first word to a worker: what it is. The address of the database comes this way because arguments are seen by everybody. */
export const Assignment = z.strictObject({
  kind: z.literal('start'),
  /** For people and metrics: `api-1`, `background`. */
  name: z.string(),
  role: z.enum(['api', 'worker']),
  /** Whether it takes connections from the port that all share. */
  listens: z.boolean(),
  databaseUrl: z.string(),
  port: z.int(),
});
export type Assignment = z.infer<typeof Assignment>;

const metricsAsked = z.strictObject({ kind: z.literal('metrics asked'), ask: z.int() });
const metricsTold = z.strictObject({ kind: z.literal('metrics told'), ask: z.int(), text: z.string() });

export const ToWorker = z.discriminatedUnion('kind', [
  Assignment,
  metricsAsked,
  metricsTold,
  /** A process died, perhaps with something undone. */
  z.strictObject({ kind: z.literal('catch up') }),
]);
export type ToWorker = z.infer<typeof ToWorker>;

export const FromWorker = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready'), url: z.string().optional() }),
  /** It cannot start; a sentence for a person. */
  z.strictObject({ kind: z.literal('failed'), sentence: z.string() }),
  metricsAsked,
  metricsTold,
]);
export type FromWorker = z.infer<typeof FromWorker>;
