import type { Config } from '../config/config.ts';
import { spanText } from '../config/span.ts';

/** How long a kind of data is kept, in words, and what decides it. */
export type Kind = { kind: string; kept: string; setting: string };

/** What a person who asks after the retention is shown; docs/retention.md has every table. */
export function keptKinds({ retention, deadLetters }: Pick<Config, 'retention' | 'deadLetters'>): Kind[] {
  const { horizon, events, playerDays } = retention;
  const orEver = (span: typeof events) => (span === undefined ? 'for ever' : spanText(span));
  return [
    { kind: 'raw events', kept: orEver(events), setting: 'CRMBET_RETENTION_EVENTS' },
    { kind: 'ids of events', kept: 'with the events', setting: '' },
    {
      kind: 'late events taken',
      kept: horizon === undefined ? 'since 1990' : `of the last ${spanText(horizon)}`,
      setting: 'CRMBET_EVENT_HORIZON',
    },
    { kind: 'sums by day', kept: orEver(playerDays), setting: 'CRMBET_RETENTION_PLAYER_DAYS' },
    { kind: 'players and their totals', kept: 'for ever', setting: '' },
    {
      kind: 'dead letters',
      kept: spanText(deadLetters.retention),
      setting: 'CRMBET_RETENTION_DEAD_LETTERS',
    },
    { kind: 'idempotency keys', kept: '1d', setting: '' },
  ];
}
