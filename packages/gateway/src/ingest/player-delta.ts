import { countEvent, currencyOf, noCurrency } from './count-event.ts';
import { type Counts, counterNames, moneyCounters, noCounts } from './counters.ts';
import type { CheckedEvent } from './event.ts';
import type { LocalClock } from './local-clock.ts';

/** The moments that `player_state` keeps, as milliseconds. */
export type Moments = {
  firstEventAt: number;
  lastEventAt: number;
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

/** All that a batch changes about one player: what the write path adds to the tables, and what a fold adds in memory. */
export class PlayerDelta {
  readonly moments: Moments;
  /** Sums by day, then by currency. */
  readonly days = new Map<string, Map<string, Counts>>();
  /** The first currency that money moved in. */
  currency: string | null = null;
  brand: string | null = null;
  profile: Record<string, unknown> = {};
  profileAt: number | null = null;
  readonly restrictions = new Map<string, RestrictionChange>();
  #brandAt = Number.NEGATIVE_INFINITY;

  constructor(first: CheckedEvent) {
    this.moments = {
      firstEventAt: first.at,
      lastEventAt: first.at,
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
    if (event.brand !== null && event.at >= this.#brandAt) {
      this.brand = event.brand;
      this.#brandAt = event.at;
    }
    if (event.type === 'player.registered' || event.type === 'player.updated') this.#mergeProfile(event);
    if (event.type === 'restriction.set' || event.type === 'restriction.lifted') this.#restrict(event);
  }

  /** Lifetime sums: every count, and the money that is in the currency of the account. */
  lifetime(currency: string | null): Counts {
    const sum = noCounts();
    for (const byCurrency of this.days.values()) {
      for (const [of, counts] of byCurrency) {
        for (const name of counterNames) {
          if (of === currency || !isMoney.has(name)) sum[name] += counts[name];
        }
      }
    }
    return sum;
  }

  #countsOf(day: string, currency: string): Counts {
    let byCurrency = this.days.get(day);
    if (byCurrency === undefined) {
      byCurrency = new Map();
      this.days.set(day, byCurrency);
    }
    let counts = byCurrency.get(currency);
    if (counts === undefined) {
      counts = noCounts();
      byCurrency.set(currency, counts);
    }
    return counts;
  }

  #noteMoments({ type, at }: CheckedEvent): void {
    const m = this.moments;
    if (at < m.firstEventAt) m.firstEventAt = at;
    if (at > m.lastEventAt) m.lastEventAt = at;
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

  #mergeProfile(event: CheckedEvent): void {
    const newer = this.profileAt === null || event.at >= this.profileAt;
    this.profile = newer ? { ...this.profile, ...event.data } : { ...event.data, ...this.profile };
    if (newer) this.profileAt = event.at;
  }

  #restrict(event: CheckedEvent): void {
    const { restriction, scope, endsAt } = event.data;
    if (typeof restriction !== 'string') return;
    const before = this.restrictions.get(restriction);
    if (before !== undefined && before.changedAt > event.at) return;
    const lifted = event.type === 'restriction.lifted';
    this.restrictions.set(restriction, {
      restriction,
      scope: typeof scope === 'string' ? scope : 'operator',
      since: event.at,
      endsAt: typeof endsAt === 'string' ? Date.parse(endsAt) : null,
      liftedAt: lifted ? event.at : null,
      changedAt: event.at,
    });
  }
}

const isMoney: ReadonlySet<string> = new Set(moneyCounters);
const earlier = (a: number | null, b: number) => (a === null || b < a ? b : a);
const later = (a: number | null, b: number) => (a === null || b > a ? b : a);
