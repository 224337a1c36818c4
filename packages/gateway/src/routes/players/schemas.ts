import { z } from '@hono/zod-openapi';
import { restrictionKinds, restrictionScopes } from '../../ingest/restriction-words.ts';
import { eventSources } from '../../ingest/source.ts';
import { Money, PlayerId, Timestamp } from '../schemas.ts';

export const Restriction = z
  .strictObject({
    restriction: z.enum(restrictionKinds),
    scope: z.enum(restrictionScopes),
    since: Timestamp,
    endsAt: Timestamp.nullable(),
  })
  .openapi('Restriction');

const ClusterPlace = z
  .strictObject({
    model: z.uuid(),
    modelName: z.string(),
    cluster: z
      .int()
      .openapi({ description: 'Index of the cluster in the model, from 0; −1 where the player is in none' }),
  })
  .openapi('ClusterPlace');

const counted = z.strictObject({
  count: z.int().openapi({ description: 'In all currencies' }),
  money: Money.openapi({ description: "What of it is in the account's currency" }),
});

const summary = {
  id: PlayerId,
  brand: z.string().nullable().openapi({ description: 'Of the earliest event that names one' }),
  country: z.string().nullable(),
  vipLevel: z.string().nullable(),
  currency: z
    .string()
    .nullable()
    .openapi({ description: "The currency of the player's account; null until the first money event" }),
  registeredAt: Timestamp.nullable(),
  lastActiveAt: Timestamp.nullable().openapi({
    description:
      'The last thing that the player did; what is done to a player, such as a message or a settled bet, does not count',
  }),
  deposits: counted,
  turnover: Money,
  ggr: Money,
  restricted: z.boolean().openapi({ description: 'A restriction is in force now' }),
  cluster: ClusterPlace.nullable().openapi({
    description:
      'What the clustering that was trained last says of the player, as in `scores`; where it was put by the training of the served version until it has said something. Null where there is neither',
  }),
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
    profile: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'Profile fields, each as last said by the time of its event' }),
    restrictions: z.array(Restriction).openapi({ description: 'In force now' }),
    withdrawals: counted,
    bonuses: counted,
    ngr: Money.openapi({ description: 'GGR less converted bonuses' }),
    features: z.record(z.string(), z.number().nullable()).openapi({
      description:
        "By feature id (see /v1/features). Counts are of all currencies; money is in minor units of the account's currency, and leaves out what moved in others. Null where undefined. Features of models are those that have a value",
    }),
    scores: z
      .array(
        z
          .strictObject({
            model: z.uuid(),
            modelName: z.string(),
            version: z.int().openapi({ description: 'The version that said it' }),
            outputs: z.record(z.string(), z.number()),
            scoredAt: Timestamp,
          })
          .openapi('PlayerScore'),
      )
      .openapi({ description: 'What each model last said of the player' }),
    segments: z.array(z.strictObject({ id: z.uuid(), name: z.string(), enteredAt: Timestamp })),
  })
  .openapi('Player');

export const StoredEvent = z
  .strictObject({
    id: z.string(),
    source: z.enum(eventSources).openapi({
      description:
        'Who reported it: a server, or a browser with a pk_ key. Each has a space of ids of its own',
    }),
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
