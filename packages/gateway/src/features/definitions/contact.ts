import { overWindows } from '../feature-definition.ts';
import { ratio, sum } from '../measures.ts';
import { sources } from '../sources.ts';

/** Limits that the player sets, and messages to the player. */
export const contact = [
  ...overWindows(
    ['30d', '90d', 'lifetime'],
    'limits_set_count',
    'count',
    'Times that the player set or changed a limit',
    (w) => sum('limits_set_count', w),
    sources.hopfgartner2022,
  ),
  ...overWindows(['30d'], 'messages_sent', 'count', 'Messages sent to the player', (w) =>
    sum('messages_sent', w),
  ),
  ...overWindows(['30d'], 'messages_opened', 'count', 'Messages that the player opened', (w) =>
    sum('messages_opened', w),
  ),
  ...overWindows(
    ['30d', '90d'],
    'messages_opened_share',
    'share',
    'Messages opened over messages sent',
    (w) => ratio(sum('messages_opened', w), sum('messages_sent', w)),
  ),
];
