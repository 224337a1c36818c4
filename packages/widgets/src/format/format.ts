import type { Feature, Money } from '../data/wire.ts';
import { formatMoney } from './money.ts';
import { once } from './once.ts';

const number = once(
  (lang: string, digits: number) => new Intl.NumberFormat(lang, { maximumFractionDigits: digits }),
);
const compactNumber = once(
  (lang: string) => new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 }),
);
const percent = once(
  (lang: string, digits: number) =>
    new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: digits }),
);
const unit = once(
  (lang: string, name: string) =>
    new Intl.NumberFormat(lang, { style: 'unit', unit: name, unitDisplay: 'long', maximumFractionDigits: 1 }),
);
const date = once((lang: string) => new Intl.DateTimeFormat(lang, { dateStyle: 'medium' }));
const shortDate = once(
  (lang: string) =>
    new Intl.DateTimeFormat(
      lang,
      lang === 'en' ? { dateStyle: 'medium' } : { day: '2-digit', month: '2-digit', year: 'numeric' },
    ),
);
const dayMonth = once(
  (lang: string) => new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);
const dateTime = once(
  (lang: string) => new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }),
);
const stamp = once(
  (lang: string) => new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'medium' }),
);
const clock = once(
  (lang: string) =>
    new Intl.DateTimeFormat(lang, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }),
);
const relative = once(
  (lang: string, numeric: 'auto' | 'always') =>
    new Intl.RelativeTimeFormat(lang, { numeric, style: 'short' }),
);
const region = once((lang: string) => new Intl.DisplayNames(lang, { type: 'region' }));
const list = once((lang: string) => new Intl.ListFormat(lang, { type: 'conjunction' }));

/** Digits of minor units, sign included, that still fit a narrow place with their cents. */
const longAmount = 8;

/** What an unknown value looks like. */
export const nothing = '–';

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** Numbers, money, dates and names in one language. */
export class Formatter {
  readonly lang: string;

  constructor(lang: string) {
    this.lang = lang;
  }

  number(value: number, digits = 0): string {
    return number(this.lang, digits).format(value);
  }

  compact(value: number): string {
    return compactNumber(this.lang).format(value);
  }

  /** A share from 0 to 1 as per cent. */
  percent(share: number, digits = 0): string {
    return percent(this.lang, digits).format(share);
  }

  /** Money for a narrow place: a million and more without its cents. */
  shortMoney({ amount, currency }: Money): string {
    return formatMoney(this.lang, amount, currency, amount.length > longAmount ? 'whole' : 'full');
  }

  money(money: Money): string {
    return formatMoney(this.lang, money.amount, money.currency);
  }

  moneyOf(amount: string | number | bigint, currency: string): string {
    return formatMoney(this.lang, amount, currency);
  }

  compactMoney(amount: string | number | bigint, currency: string): string {
    return formatMoney(this.lang, amount, currency, 'compact');
  }

  date(instant: string | null): string {
    return instant === null ? nothing : date(this.lang).format(new Date(instant));
  }

  /** A date that takes little room and cannot be misread: words in English, where 2/3 is two days. */
  shortDate(instant: string | null): string {
    return instant === null ? nothing : shortDate(this.lang).format(new Date(instant));
  }

  /** A calendar day (`2026-05-05`), which has no zone. */
  day(day: string): string {
    return dayMonth(this.lang).format(new Date(`${day}T00:00:00Z`));
  }

  dateTime(instant: string | null): string {
    return instant === null ? nothing : dateTime(this.lang).format(new Date(instant));
  }

  /** A moment to the second, for names that have to differ. */
  stamp(at: number): string {
    return stamp(this.lang).format(at);
  }

  clock(instant: string): string {
    return clock(this.lang).format(new Date(instant));
  }

  /** How long ago (or ahead) an instant lies, in the largest unit that fits. */
  ago(instant: string | null, now = Date.now()): string {
    if (instant === null) return nothing;
    const seconds = Math.round((Date.parse(instant) - now) / 1000);
    for (const [name, size] of steps) {
      if (Math.abs(seconds) >= size)
        return relative(this.lang, 'always').format(Math.trunc(seconds / size), name);
    }
    return relative(this.lang, 'auto').format(0, 'second');
  }

  country(code: string | null): string {
    if (code === null) return nothing;
    return /^[A-Z]{2}$/.test(code) ? (region(this.lang).of(code) ?? code) : code;
  }

  list(words: Iterable<string>): string {
    return list(this.lang).format(words);
  }

  /** A feature's value in its unit. Money is minor units of `currency`; null where undefined for the player. */
  feature(value: number | null | undefined, kind: Feature['unit'], currency: string | null): string {
    if (value === null || value === undefined) return nothing;
    if (kind === 'money') return currency === null ? nothing : formatMoney(this.lang, value, currency);
    if (kind === 'share') return this.percent(value, 1);
    if (kind === 'days') return unit(this.lang, 'day').format(value);
    if (kind === 'minutes') return unit(this.lang, 'minute').format(value);
    return this.number(value, 2);
  }
}

export const formatterOf = once((lang: string) => new Formatter(lang));
