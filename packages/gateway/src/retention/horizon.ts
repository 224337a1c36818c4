import { dayBefore, dayMs, type Span } from '../config/span.ts';

/** Betting on the internet began in the nineties; what claims to be older is a mistake in the caller's clock or units. */
const earliestOfAll = Date.UTC(1990, 0, 1);

/** How far back an event may lie. What is older is refused, whoever sends it and whether it was seen before or not. */
export type Horizon = {
  /** The first instant that is still taken, in ms since 1970. Made for every event: a look at two numbers. */
  earliest(now: number): number;
  /** Why there is one, for the person whose event was refused. */
  readonly span: Span | undefined;
  /** Events before this instant were retired with their ids: it stays refused, whatever the configuration says later. */
  raise(retiredBefore: number): void;
};

/** @param span undefined: as far back as 1990 */
export function createHorizon(span: Span | undefined): Horizon {
  let floor = earliestOfAll;
  let day = Number.NaN;
  let earliestOfDay = floor;
  return {
    span,
    earliest(now) {
      const today = Math.floor(now / dayMs);
      if (today !== day) {
        day = today;
        earliestOfDay = span === undefined ? floor : Math.max(floor, dayBefore(now, span));
      }
      return earliestOfDay;
    },
    raise(retiredBefore) {
      if (retiredBefore <= floor) return;
      floor = retiredBefore;
      day = Number.NaN;
    },
  };
}
