import type { BuiltInType } from './event-types.ts';

/** What the player did, and what was done to the player: only the first tells that somebody is there. */
const byPlayer = {
  'player.registered': true,
  'player.updated': false,
  'session.started': true,
  'session.ended': true,
  'deposit.approved': true,
  'deposit.failed': true,
  'withdrawal.requested': true,
  'withdrawal.approved': false,
  'withdrawal.cancelled': true,
  'bet.placed': true,
  'bet.settled': false,
  'casino.round': true,
  'bonus.granted': false,
  'bonus.converted': false,
  'bonus.expired': false,
  'message.sent': false,
  'message.delivered': false,
  'message.opened': true,
  'message.clicked': true,
  'message.bounced': false,
  'restriction.set': false,
  'restriction.lifted': false,
  'limit.set': true,
  'consent.set': true,
} as const satisfies Record<BuiltInType, boolean>;

const known: ReadonlyMap<string, boolean> = new Map(Object.entries(byPlayer));

/** Whether an event is something that the player did. A custom event is taken for one. */
export const isActivity = (type: string): boolean => known.get(type) ?? true;
