import { once } from './once.ts';

/** `compact`: 2.5M. `whole`: no minor units. */
export type MoneyStyle = 'full' | 'whole' | 'compact';

const options: Record<MoneyStyle, Intl.NumberFormatOptions> = {
  full: {},
  whole: { maximumFractionDigits: 0, minimumFractionDigits: 0 },
  compact: { notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 },
};

const formatter = once(
  (lang: string, currency: string, style: MoneyStyle) =>
    new Intl.NumberFormat(lang, { style: 'currency', currency, ...options[style] }),
);

/** How many decimal places the minor unit of a currency stands for: 2 for BRL, 0 for JPY, 3 for KWD. */
export const minorDigits = once(
  (currency: string): number =>
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2,
);

/** Whole minor units as a decimal: `('-1250', 2)` → `-12.50`. Exact at any size. */
export function minorToDecimal(amount: bigint, digits: number): string {
  const sign = amount < 0n ? '-' : '';
  const text = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Minor units (digits, or an integer) as money of its currency, exact beyond 2^53. */
export function formatMoney(
  lang: string,
  amount: string | number | bigint,
  currency: string,
  style: MoneyStyle = 'full',
): string {
  const minor = typeof amount === 'number' ? BigInt(Math.round(amount)) : BigInt(amount);
  const decimal = minorToDecimal(minor, minorDigits(currency));
  // Intl formats a decimal string exactly; the type only admits the shape `${number}`, which this string has.
  return formatter(lang, currency, style).format(decimal as `${number}`);
}
