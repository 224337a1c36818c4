/** The demo's events: the wire envelope and its data, as any operator would send them. Money in minor units. */
type Amount = { amount: number; currency: string };
type Profile = {
  country?: string;
  language?: string;
  currency?: string;
  timeZone?: string;
  email?: string;
  name?: string;
  birthDate?: string;
  region?: string;
  vipLevel?: string;
  affiliate?: string;
  marketingConsent?: boolean;
};
type Withdrawal = Amount & { method: string; withdrawalId: string };
type Bonus = Amount & { bonusId: string; kind: BonusKind };
type Message = { messageId: string; channel: MessageChannel; campaign: string };

export type BonusKind = 'free_bet' | 'deposit_match' | 'free_spins' | 'cashback';
export type MessageChannel = 'email' | 'sms' | 'push' | 'in_app';
export type GameType = 'slots' | 'live' | 'table' | 'crash' | 'other';
export type Outcome = 'won' | 'lost' | 'void' | 'cashed_out';

export type DemoData = {
  'player.registered': Profile;
  'player.updated': Profile;
  'session.started': { sessionId: string; device: 'desktop' | 'mobile' | 'tablet' | 'app' };
  'session.ended': { sessionId: string; durationSeconds: number };
  'deposit.approved': Amount & { method: string; depositId: string };
  'deposit.failed': Amount & { method: string; reason: string };
  'withdrawal.requested': Withdrawal;
  'withdrawal.approved': Withdrawal;
  'withdrawal.cancelled': Withdrawal;
  'bet.placed': {
    betId: string;
    stake: number;
    currency: string;
    sport: string;
    competition: string;
    fixture: string;
    market: string;
    selections: number;
    odds: string;
    live: boolean;
    bonus: boolean;
  };
  'bet.settled': {
    betId: string;
    stake: number;
    payout: number;
    currency: string;
    sport: string;
    outcome: Outcome;
    bonus: boolean;
  };
  'casino.round': {
    roundId: string;
    game: string;
    gameType: GameType;
    stake: number;
    payout: number;
    currency: string;
    bonus: boolean;
    rounds: number;
  };
  'bonus.granted': Bonus;
  'bonus.converted': Bonus;
  'bonus.expired': Bonus;
  'message.sent': Message;
  'message.delivered': Message;
  'message.opened': Message;
  'message.clicked': Message;
  'message.bounced': Message;
  'restriction.set': {
    restriction: 'self_exclusion' | 'time_out';
    scope: 'operator' | 'centralised';
    source: string;
    endsAt?: string;
  };
  'restriction.lifted': { restriction: 'self_exclusion' | 'time_out' };
  'limit.set':
    | { kind: 'deposit' | 'loss' | 'stake'; period: LimitPeriod; amount: number; currency: string }
    | { kind: 'time'; period: LimitPeriod; minutes: number };
  'consent.set': {
    product: 'sports' | 'casino' | 'all';
    channel: MessageChannel | 'all';
    purpose: 'marketing';
    granted: boolean;
  };
};
type LimitPeriod = 'day' | 'week' | 'month';

export type DemoEventType = keyof DemoData;

/** One event of a type. */
export type DemoEventOf<Type extends DemoEventType> = {
  id: string;
  type: Type;
  player: string;
  time: string;
  brand: string;
  data: DemoData[Type];
};

export type DemoEvent = { [Type in DemoEventType]: DemoEventOf<Type> }[DemoEventType];
