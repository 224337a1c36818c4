/** A length of time by the calendar, in UTC: `400d`, `18mo`, `2y`. */
export type Span = Readonly<{ count: number; unit: 'day' | 'month' }>;

export const dayMs = 86_400_000;

/** A hundred years in either unit: beyond that it is a mistake of units, and all of it lies before 1990 anyway. */
const longest = { day: 36_525, month: 1200 } as const;

/** Undefined where the text is not a span of at least a day. */
export function parseSpan(text: string): Span | undefined {
  const [, digits, unit] = /^(\d{1,5})(d|mo|y)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const span: Span =
    unit === 'd'
      ? { count: Number(digits), unit: 'day' }
      : { count: Number(digits) * (unit === 'y' ? 12 : 1), unit: 'month' };
  return span.count >= 1 && span.count <= longest[span.unit] ? span : undefined;
}

/** As a person would write it in the configuration. */
export const spanText = ({ count, unit }: Span): string => `${count}${unit === 'day' ? 'd' : 'mo'}`;

/**
 * The first instant of the UTC day that lies a span before the day of `now`. It never goes back as `now` goes on, which what
 * is refused for good relies upon: so 31 March less a month is the last day of February.
 */
export function dayBefore(now: number, { count, unit }: Span): number {
  const today = Math.floor(now / dayMs) * dayMs;
  if (unit === 'day') return today - count * dayMs;
  const date = new Date(today);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() - count;
  const year = Math.floor(months / 12);
  const month = months - year * 12;
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastOfMonth));
}

/** Whether `a` reaches back at least as far as `b` on whatever day one looks. */
export function isAtLeast(a: Span, b: Span): boolean {
  if (a.unit === b.unit) return a.count >= b.count;
  // Months differ in length: every day of four years, a leap year among them, has to agree.
  const first = Date.UTC(2024, 0, 1);
  for (let day = 0; day < 1461; day += 1) {
    const at = first + day * dayMs;
    if (dayBefore(at, a) > dayBefore(at, b)) return false;
  }
  return true;
}
