import { IANAZone } from 'luxon';

/** A moment as the tenant's wall shows it. */
export type LocalMoment = {
  /** YYYY-MM-DD */
  day: string;
  /** 0–23 */
  hour: number;
  weekend: boolean;
};

const quarterMs = 15 * 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Turns instants into local days. Offsets are kept by the quarter of an hour, but for the few in which one changes. */
export class LocalClock {
  readonly #zone: IANAZone;
  readonly #offsets = new Map<number, number>();
  readonly #days = new Map<number, string>();

  constructor(timeZone: string) {
    this.#zone = IANAZone.create(timeZone);
    if (!this.#zone.isValid) throw new RangeError(`${timeZone} is not an IANA time zone`);
  }

  at(ms: number): LocalMoment {
    const local = ms + this.#offsetAt(ms);
    const dayNumber = Math.floor(local / dayMs);
    return {
      day: this.#dayName(dayNumber),
      hour: Math.floor((local - dayNumber * dayMs) / hourMs),
      weekend: isWeekend(dayNumber),
    };
  }

  #offsetAt(ms: number): number {
    const quarter = Math.floor(ms / quarterMs);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      if (this.#offsets.size > 200_000) this.#offsets.clear();
      offset = this.#zone.offset(quarter * quarterMs) * 60_000;
      // Newfoundland's clocks changed at one minute past midnight until 2011.
      const atItsEnd = this.#zone.offset((quarter + 1) * quarterMs - 1) * 60_000;
      if (offset !== atItsEnd) return this.#zone.offset(ms) * 60_000;
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }

  #dayName(dayNumber: number): string {
    let name = this.#days.get(dayNumber);
    if (name === undefined) {
      name = new Date(dayNumber * dayMs).toISOString().slice(0, 10);
      this.#days.set(dayNumber, name);
    }
    return name;
  }
}

/** 1970-01-01 was a Thursday. */
const isWeekend = (dayNumber: number) => {
  const weekday = (((dayNumber + 4) % 7) + 7) % 7;
  return weekday === 0 || weekday === 6;
};
