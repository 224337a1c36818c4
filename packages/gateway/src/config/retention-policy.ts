import { isAtLeast, type Span, spanText } from './span.ts';

/** How long each kind of data is kept, and how far back an event may lie. Undefined: for ever, and back to 1990. */
export type RetentionPolicy = Readonly<{
  horizon: Span | undefined;
  events: Span | undefined;
  playerDays: Span | undefined;
}>;

export const keepEverything: RetentionPolicy = Object.freeze({
  horizon: undefined,
  events: undefined,
  playerDays: undefined,
});

/** The longest window of a feature is 90 days; reports compare a month with the same one of the year before. */
const leastPlayerDays: Span = { count: 13, unit: 'month' };

/** What is wrong with a policy, as a sentence for the person who set it; undefined where nothing is. */
export function policyProblem({ horizon, events, playerDays }: RetentionPolicy): string | undefined {
  // The ids go with the events: one that may still be sent again must meet its id.
  if (events !== undefined && horizon === undefined)
    return 'CRMBET_RETENTION_EVENTS needs CRMBET_EVENT_HORIZON, which may not be longer: set both, such as 24mo and 18mo.';
  if (events !== undefined && horizon !== undefined && !isAtLeast(events, horizon))
    return `CRMBET_RETENTION_EVENTS is ${spanText(events)} and CRMBET_EVENT_HORIZON ${spanText(horizon)}: events have to be kept at least as long as late ones are taken.`;
  if (playerDays !== undefined && !isAtLeast(playerDays, leastPlayerDays))
    return `CRMBET_RETENTION_PLAYER_DAYS is ${spanText(playerDays)}: features and reports need at least ${spanText(leastPlayerDays)}.`;
  // A late event of a day that was cleared would make it anew, with a part of its sums.
  if (playerDays !== undefined && (horizon === undefined || !isAtLeast(playerDays, horizon)))
    return 'CRMBET_RETENTION_PLAYER_DAYS needs CRMBET_EVENT_HORIZON, which may not be longer: set both, such as 24mo and 18mo.';
  return undefined;
}
