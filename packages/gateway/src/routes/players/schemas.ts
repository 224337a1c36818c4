import { z } from '@hono/zod-openapi';
import { Money, PlayerId, Timestamp } from '../schemas.ts';

export const Restriction = z
  .strictObject({
    restriction: z.enum(['self_exclusion', 'time_out', 'limit', 'underage', 'court_order', 'regulator']),
    scope: z.enum(['operator', 'centralised', 'national']),
    since: Timestamp,
    endsAt: Timestamp.nullable(),
  })
  .openapi('Restriction');

const ClusterPlace = z
  .strictObject({
    model: z.uuid(),
    modelName: z.string(),
    cluster: z.int().openapi({ description: 'Index of the cluster in the model, from 0' }),
  })
  .openapi('ClusterPlace');

const counted = z.strictObject({ count: z.int(), money: Money });

const summary = {
  id: PlayerId,
  brand: z.string().nullable(),
  country: z.string().nullable(),
  vipLevel: z.string().nullable(),
  currency: z
    .string()
    .nullable()
    .openapi({ description: "The currency of the player's account; null until the first money event" }),
  registeredAt: Timestamp.nullable(),
  lastActiveAt: Timestamp.nullable(),
  deposits: counted,
  turnover: Money,
  ggr: Money,
  restricted: z.boolean().openapi({ description: 'A restriction is in force now' }),
  cluster: ClusterPlace.nullable().openapi({ description: 'Place in the newest trained model' }),
};

export const PlayerSummary = z
  .strictObject({
    ...summary,
    segments: z.array(z.uuid()).openapi({ description: 'Ids of the segments that the player is in' }),
  })
  .openapi('PlayerSummary');

export const Player = z
  .strictObject({
    ...summary,
    profile: z.record(z.string(), z.unknown()).openapi({ description: 'Last known profile fields' }),
    restrictions: z.array(Restriction).openapi({ description: 'In force now' }),
    withdrawals: counted,
    bonuses: counted,
    ngr: Money.openapi({ description: 'GGR less converted bonuses' }),
    features: z.record(z.string(), z.number().nullable()).openapi({
      description: 'By feature id (see /v1/features). Money in minor units; null where undefined',
    }),
    segments: z.array(z.strictObject({ id: z.uuid(), name: z.string(), enteredAt: Timestamp })),
  })
  .openapi('Player');

export const StoredEvent = z
  .strictObject({
    id: z.string(),
    type: z.string(),
    player: PlayerId,
    time: Timestamp,
    brand: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    receivedAt: Timestamp,
  })
  .openapi('StoredEvent');

export const PlayerDay = z
  .strictObject({
    day: z.string().openapi({ description: "In the tenant's time zone", example: '2026-05-05' }),
    currency: z.string(),
    deposits: z.string().openapi({ description: 'Minor units, as digits' }),
    withdrawals: z.string(),
    turnover: z.string(),
    ggr: z.string(),
    wagers: z.int().openapi({ description: 'Bets placed and casino rounds' }),
    sessions: z.int(),
  })
  .openapi('PlayerDay');
