import type { BonusKind, DemoData, DemoEvent, DemoEventType } from './events.ts';
import type { Plan } from './plan.ts';
import { isoTime } from './time.ts';

export const currency = 'BRL';

/** A bonus that is neither converted nor expired nor lost yet. Amounts in centavos. */
export type OpenBonus = {
  readonly id: string;
  readonly kind: BonusKind;
  balance: number;
  /** Staked so far, and how much has to be staked before the rest becomes money. */
  wagered: number;
  readonly required: number;
  /** Bets with it that are not settled yet. */
  openBets: number;
};

type Due = { readonly at: number; readonly run: (at: number) => void; readonly evenIfExcluded: boolean };

/**
 * One player's story as it is told: the clock, the purse, what is still to come, and the events so far, strictly
 * ordered by time. Money is in centavos. Nothing is told that is later than `until`.
 */
export class Account {
  readonly plan: Plan;
  readonly events: DemoEvent[] = [];
  cash = 0;
  bonus: OpenBonus | undefined;
  excluded = false;
  #clock = Number.NEGATIVE_INFINITY;
  readonly #until: number;
  readonly #prefix: string;
  #ids = 0;
  #due: Due[] = [];

  /** @param prefix what makes this account's ids unlike any other's */
  constructor(plan: Plan, prefix: string, until: number) {
    this.plan = plan;
    this.#prefix = prefix;
    this.#until = until;
  }

  /** The time of the last event. */
  get clock(): number {
    return this.#clock;
  }

  /** An id that this account has not given yet. */
  newId(kind: string): string {
    return `${kind}-${this.#prefix}-${(this.#ids++).toString(36)}`;
  }

  /** Tells an event, a moment after the last one at the earliest. */
  emit<Type extends DemoEventType>(type: Type, at: number, data: DemoData[Type]): void {
    const time = Math.max(Math.floor(at), this.#clock + 1);
    this.#clock = time;
    if (time > this.#until) return;
    // The checker does not see that `type` and `data` belong together, which the signature makes sure of.
    const event = {
      id: `e-${this.#prefix}-${this.events.length.toString(36)}`,
      type,
      player: this.plan.player,
      time: isoTime(time),
      brand: this.plan.person.brand,
      data,
    } as DemoEvent;
    this.events.push(event);
  }

  /** Puts something off. What belongs to play or marketing is dropped by a self-exclusion. */
  later(at: number, run: (at: number) => void, evenIfExcluded = false): void {
    let place = this.#due.length;
    while (place > 0 && (this.#due[place - 1]?.at ?? 0) > at) place--;
    this.#due.splice(place, 0, { at, run, evenIfExcluded });
  }

  /** Lets everything happen that is due by then. */
  advance(to: number): void {
    for (let next = this.#due[0]; next !== undefined && next.at <= to; next = this.#due[0]) {
      this.#due.shift();
      if (!this.excluded || next.evenIfExcluded) next.run(next.at);
    }
  }

  /** Whether the story has reached its end. */
  get over(): boolean {
    return this.#clock > this.#until;
  }
}
