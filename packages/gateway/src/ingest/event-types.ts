import { z } from '@hono/zod-openapi';
import { defaultScope, restrictionKinds, restrictionScopes } from './restriction-words.ts';

/**
 * The typed data of each built-in event. Unknown fields are refused. A `hint` is the sentence a caller reads when
 * the value does not fit.
 */

const moneyHint = 'a whole number of minor units, such as 1250 for 12.50; beyond 2^53 as a string of digits';

export const Amount = z
  .union([z.int().min(0).max(Number.MAX_SAFE_INTEGER), z.string().regex(/^\d{1,18}$/)])
  .meta({ hint: moneyHint, description: `Minor units of the currency: ${moneyHint}` });

export const Currency = z
  .string()
  // Three capitals but XXX, the code for "no currency", under which events without money are counted.
  .regex(/^([A-WYZ][A-Z]{2}|X[A-WYZ][A-Z]|XX[A-WYZ])$/)
  .meta({ hint: 'an ISO 4217 code in capitals, such as BRL, and not XXX', description: 'ISO 4217' });

const id = z.string().min(1).max(128);
const word = z.string().min(1).max(128);
const money = { amount: Amount, currency: Currency };
const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ hint: 'a date such as 1990-05-31' });
export const ZonedTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/)
  .meta({
    hint: 'an RFC 3339 time with a zone, such as 2026-05-05T14:03:00Z',
    description: 'RFC 3339 with a zone',
    example: '2026-05-05T14:03:00Z',
  });

const profile = {
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .meta({ hint: 'an ISO 3166 code in capitals, such as BR' })
    .optional(),
  language: word.optional(),
  currency: Currency.optional(),
  timeZone: word.optional(),
  email: z.string().min(3).max(320).optional(),
  name: z.string().min(1).max(256).optional(),
  birthDate: isoDate.optional(),
  region: word.optional(),
  vipLevel: word.optional(),
  affiliate: word.optional(),
  marketingConsent: z.boolean().optional(),
};

const withdrawal = z.strictObject({ ...money, method: word.optional(), withdrawalId: id.optional() });
const bonus = z.strictObject({
  bonusId: id,
  ...money,
  kind: z.enum(['free_bet', 'deposit_match', 'free_spins', 'cashback']).optional(),
});
const message = z.strictObject({
  messageId: id,
  channel: z.enum(['email', 'sms', 'push', 'in_app']),
  campaign: word.optional(),
});
const restriction = z.enum(restrictionKinds);
const scope = z
  .enum(restrictionScopes)
  .optional()
  .meta({
    description: `Whose restriction it is; ${defaultScope} where left out. Each scope is set and lifted by itself`,
  });

export const eventData = {
  'player.registered': z.strictObject(profile),
  'player.updated': z.strictObject(profile),
  'session.started': z.strictObject({
    sessionId: id,
    device: z.enum(['desktop', 'mobile', 'tablet', 'app']).optional(),
  }),
  'session.ended': z.strictObject({ sessionId: id, durationSeconds: z.int().min(0).max(604_800) }),
  'deposit.approved': z.strictObject({ ...money, method: word.optional(), depositId: id.optional() }),
  'deposit.failed': z.strictObject({ ...money, method: word.optional(), reason: word.optional() }),
  'withdrawal.requested': withdrawal,
  'withdrawal.approved': withdrawal,
  'withdrawal.cancelled': withdrawal,
  'bet.placed': z.strictObject({
    betId: id,
    stake: Amount,
    currency: Currency,
    sport: word.optional(),
    competition: word.optional(),
    fixture: word.optional(),
    market: word.optional(),
    selections: z.int().min(1).max(1000).optional(),
    odds: z
      .string()
      .regex(/^\d{1,9}(\.\d{1,6})?$/)
      .meta({ hint: 'decimal odds as a string, such as "1.85"' })
      .optional(),
    live: z.boolean().optional(),
    bonus: z.boolean().optional(),
  }),
  'bet.settled': z.strictObject({
    betId: id,
    stake: Amount,
    payout: Amount,
    currency: Currency,
    sport: word.optional(),
    outcome: z.enum(['won', 'lost', 'void', 'cashed_out']),
    bonus: z.boolean().optional(),
  }),
  'casino.round': z.strictObject({
    roundId: id.optional(),
    game: word,
    gameType: z.enum(['slots', 'live', 'table', 'crash', 'other']).optional(),
    stake: Amount,
    payout: Amount,
    currency: Currency,
    bonus: z.boolean().optional(),
    rounds: z.int().min(1).max(100_000).optional(),
  }),
  'bonus.granted': bonus,
  'bonus.converted': bonus,
  'bonus.expired': bonus,
  'message.sent': message,
  'message.delivered': message,
  'message.opened': message,
  'message.clicked': message,
  'message.bounced': message,
  'restriction.set': z.strictObject({
    restriction,
    scope,
    endsAt: ZonedTime.optional(),
    source: word.optional(),
  }),
  'restriction.lifted': z.strictObject({ restriction, scope }),
  'limit.set': z.strictObject({
    kind: z.enum(['deposit', 'loss', 'stake', 'time', 'bets']),
    period: z.enum(['day', 'week', 'month']),
    amount: Amount.optional(),
    currency: Currency.optional(),
    minutes: z.int().min(0).optional(),
    count: z.int().min(0).optional(),
  }),
  'consent.set': z.strictObject({
    product: z.enum(['sports', 'casino', 'all']),
    channel: z.enum(['email', 'sms', 'push', 'in_app', 'phone', 'all']),
    purpose: z.enum(['marketing']),
    granted: z.boolean(),
  }),
} as const satisfies Record<string, z.ZodType>;

export type BuiltInType = keyof typeof eventData;
export const builtInTypes = Object.keys(eventData).filter((key): key is BuiltInType => key in eventData);

/** A custom event: any name that is not built in, with a flat or nested object of its own. */
export const CustomType = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/)
  .max(64)
  .meta({ hint: 'lower-case words joined by dots, such as quest.completed' });

export const envelope = {
  id: z.string().min(1).max(128).meta({
    description:
      "Unique in the tenant for ever: the operator's promise. Sent again for the player, it is a duplicate or a conflict. What is sent with a pk_ key has a space of ids of its own.",
  }),
  player: z
    .string()
    .min(1)
    .max(128)
    // A path can name every other text; these two it takes for folders.
    .regex(/^(?!\.{1,2}$)/)
    .meta({
      description: "The operator's own id of the player",
      hint: 'an id of 1 to 128 characters, and neither . nor ..',
    }),
  time: ZonedTime,
  brand: z.string().min(1).max(64).optional(),
  replay: z.boolean().optional().meta({ description: 'Writes state without triggering any action' }),
};
