const dayMs = 86_400_000;

/** The calendar day of an instant, in UTC: `2026-05-05`. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The day that lies `n` days after (before, when negative). */
export const dayPlus = (day: string, n: number): string => dayOf(Date.parse(`${day}T00:00:00Z`) + n * dayMs);

/** The `n` days that end with `last`, oldest first. */
export const daysUntil = (last: string, n: number): string[] =>
  Array.from({ length: n }, (_, index) => dayPlus(last, index - n + 1));
