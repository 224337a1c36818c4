import type { Span } from './span.ts';

export type DeadLetterLimits = Readonly<{
  /** Letters that are kept of one tenant and of one kind, from its servers and from browsers. */
  server: number;
  browser: number;
  /** How long after it was last sent a letter is kept. */
  retention: Span;
}>;

/** A day of an integration that gets everything wrong fits; what a public key can fill stays small. */
export const defaultDeadLetterLimits: DeadLetterLimits = {
  server: 100_000,
  browser: 10_000,
  retention: { count: 30, unit: 'day' },
};
