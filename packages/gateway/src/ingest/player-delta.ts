import { isActivity } from './activity.ts';
import { countEvent, currencyOf, noCurrency } from './count-event.ts';
import { type Counts, counterNames, moneyCounters, noCounts } from './counters.ts';
import type { CheckedEvent } from './event.ts';
import type { LocalClock } from './local-clock.ts';
import { mergeFields, noProfile, type Profile } from './profile.ts';
import { defaultScope } from './restriction-words.ts';

/** The moments that `player_state` keeps, as milliseconds. */
export type Moments = {
  firstEventAt: number;
  lastEventAt: number;
  lastActiveAt: number | null;
  registeredAt: number | null;
  firstDepositAt: number | null;
  lastDepositAt: number | null;
  lastWagerAt: number | null;
  lastSessionAt: number | null;
};

export type RestrictionChange = {
  restriction: string;
  scope: string;
  since: number;
  endsAt: number | null;
  liftedAt: number | null;
  changedAt: number;
};

export type DayCounts = { day: string; currency: string; counts: Counts };

/** All that a batch changes about one player: what the write path adds to the tables, and what a fold adds in memory. */
export class PlayerDelta {
  readonly moments: Moments;
  /** One entry a day and currency, in no order. */
  readonly days: DayCounts[] = [];
  #last: DayCounts | undefined;
  /** The first currency that money moved in. */
  currency: string | null = null;
  /** That of the earliest event which names one, and when that was. */
  brand: string | null = null;
  brandAt: number | null = null;
  /** What the events say of the profile; null where they say nothing. */
  profile: Profile | null = null;
  /** By kind and scope. */
  readonly restrictions: RestrictionChange[] = [];

  constructor(first: CheckedEvent) {
    this.moments = {
      firstEventAt: first.at,
      lastEventAt: first.at,
      lastActiveAt: null,
      registeredAt: null,
      firstDepositAt: null,
      lastDepositAt: null,
      lastWagerAt: null,
      lastSessionAt: null,
    };
  }

  add(event: CheckedEvent, clock: LocalClock): void {
    const moment = clock.at(event.at);
    const currency = currencyOf(event);
    if (this.currency === null && currency !== noCurrency) this.currency = currency;
    countEvent(this.#countsOf(moment.day, currency), event, moment);
    this.#noteMoments(event);
    if (event.brand !== null) this.#noteBrand(event.brand, event.at);
    if (event.type === 'player.registered' || event.type === 'player.updated') {
      this.profile ??= noProfile();
      mergeFields(this.profile, event.data, event.at);
    }
    if (event.type === 'restriction.set' || event.type === 'restriction.lifted') this.#restrict(event);
  }

  /** Lifetime sums: every count, and the money that is in the currency of the account. Not to be changed by the reader. */
  lifetime(currency: string | null): Counts {
    const only = this.#onlyCounts(currency);
    if (only !== undefined) return only;
    const sum = noCounts();
    for (const { currency: of, counts } of this.days) {
      for (const name of counterNames) {
        if (of === currency || !isMoney.has(name)) sum[name] += counts[name];
      }
    }
    return sum;
  }

  /** By far the commonest: a batch has one day of the player, in the account's currency or without money. */
  #onlyCounts(currency: string | null): Counts | undefined {
    const [only] = this.days;
    if (only === undefined || this.days.length > 1) return undefined;
    return only.currency === currency || only.currency === noCurrency ? only.counts : undefined;
  }

  #countsOf(day: string, currency: string): Counts {
    let entry = this.#last;
    if (entry?.day !== day || entry.currency !== currency) {
      entry = this.days.find((known) => known.day === day && known.currency === currency);
      if (entry === undefined) {
        entry = { day, currency, counts: noCounts() };
        this.days.push(entry);
      }
      this.#last = entry;
    }
    return entry.counts;
  }

  #noteMoments({ type, at }: CheckedEvent): void {
    const m = this.moments;
    if (at < m.firstEventAt) m.firstEventAt = at;
    if (at > m.lastEventAt) m.lastEventAt = at;
    if (isActivity(type)) m.lastActiveAt = later(m.lastActiveAt, at);
    switch (type) {
      case 'player.registered':
        m.registeredAt = earlier(m.registeredAt, at);
        break;
      case 'deposit.approved':
        m.firstDepositAt = earlier(m.firstDepositAt, at);
        m.lastDepositAt = later(m.lastDepositAt, at);
        break;
      case 'bet.placed':
      case 'casino.round':
        m.lastWagerAt = later(m.lastWagerAt, at);
        break;
      case 'session.started':
        m.lastSessionAt = later(m.lastSessionAt, at);
        break;
      default:
        break;
    }
  }

  #noteBrand(brand: string, at: number): void {
    const { brandAt } = this;
    if (brandAt !== null && (at > brandAt || (at === brandAt && !isLess(brand, this.brand ?? '')))) return;
    this.brand = brand;
    this.brandAt = at;
  }

  #restrict(event: CheckedEvent): void {
    const { restriction, scope = defaultScope, endsAt } = event.data;
    if (typeof restriction !== 'string' || typeof scope !== 'string') return;
    const at = this.restrictions.findIndex(
      (known) => known.restriction === restriction && known.scope === scope,
    );
    const before = this.restrictions[at];
    const isLift = event.type === 'restriction.lifted';
    const change: RestrictionChange = {
      restriction,
      scope,
      since: isLift && before !== undefined ? before.since : event.at,
      endsAt: typeof endsAt === 'string' ? Date.parse(endsAt) : null,
      liftedAt: isLift ? event.at : null,
      changedAt: event.at,
    };
    if (before === undefined) this.restrictions.push(change);
    else if (outweighs(change, before)) this.restrictions[at] = change;
  }
}

/** The latest word stands. Of two at one moment the one that protects more: a set before a lift, the longer before the shorter. */
function outweighs(a: RestrictionChange, b: RestrictionChange): boolean {
  if (a.changedAt !== b.changedAt) return a.changedAt > b.changedAt;
  if (a.liftedAt !== null) return false;
  if (b.liftedAt !== null) return true;
  return (a.endsAt ?? Number.POSITIVE_INFINITY) > (b.endsAt ?? Number.POSITIVE_INFINITY);
}

/** By bytes, as PostgreSQL's collation "C" has it. */
const isLess = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

const isMoney: ReadonlySet<string> = new Set(moneyCounters);
const earlier = (a: number | null, b: number) => (a === null || b < a ? b : a);
const later = (a: number | null, b: number) => (a === null || b > a ? b : a);
