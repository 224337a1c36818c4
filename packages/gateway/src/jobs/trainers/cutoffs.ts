import { TrainingRefused } from './trainer.ts';

const dayMs = 86_400_000;

/** A day by the calendar, YYYY-MM-DD, so many days later (or earlier, below 0). */
export const shiftDay = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Whole days since 1970. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;

/** More do not make a model much better, and each is a read of everybody. */
const mostCutoffs = 4;

/**
 * The days on which players are looked at as they stood then, each followed by `horizon` days in which the answer shows. The last of
 * those days is yesterday, the last one that is over; no two cutoffs share a day of answers, so that nothing of the latest one,
 * which validates, is known to those that train.
 * @param first the first day that features can be of
 * @returns oldest first, at least two
 * @throws TrainingRefused `too_few_labels`
 */
export function cutoffsOf({
  today,
  first,
  horizon,
}: {
  today: string;
  first: string;
  horizon: number;
}): string[] {
  const cutoffs: string[] = [];
  for (let n = 1; n <= mostCutoffs; n += 1) {
    const cutoff = shiftDay(today, -1 - n * horizon);
    if (cutoff < first) break;
    cutoffs.unshift(cutoff);
  }
  if (cutoffs.length < 2)
    throw new TrainingRefused(
      'too_few_labels',
      `Learning what happens in ${horizon} days takes players as they stood at least ${2 * horizon + 1} days ago; they are known from ${first} on.`,
    );
  return cutoffs;
}
