import type * as schema from './schema/index.ts';

/**
 * Where each table lives once one machine is outgrown: `reference` on every node, `distributed` by a column of its
 * primary key, `local` on the node that gateways talk to. A test holds this map against the schema.
 */
export type Placement = 'reference' | 'local' | { distributedBy: 'player_id' };

const byPlayer = { distributedBy: 'player_id' } as const;

export const placement = {
  tenants: 'reference',
  settings: 'reference',
  apiKeys: 'reference',
  segments: 'reference',
  models: 'reference',
  modelVersions: 'reference',
  players: byPlayer,
  events: byPlayer,
  eventIds: byPlayer,
  playerDay: byPlayer,
  playerState: byPlayer,
  restrictions: byPlayer,
  segmentMembers: byPlayer,
  playerClusters: byPlayer,
  playerScores: byPlayer,
  jobs: 'local',
  idempotencyKeys: 'local',
  gateways: 'local',
  recentWriters: 'local',
  deadLetters: 'local',
  imports: 'local',
} as const satisfies Record<Exclude<keyof typeof schema, 'crmbet'>, Placement>;
