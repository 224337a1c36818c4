import { once } from './once.ts';

const formatter = once(
  (lang: string, currency: string, compact: boolean) =>
    new Intl.NumberFormat(lang, {
      style: 'currency',
      currency,
      ...(compact ? { notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 } : {}),
    }),
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
  compact = false,
): string {
  const minor = typeof amount === 'number' ? BigInt(Math.round(amount)) : BigInt(amount);
  const decimal = minorToDecimal(minor, minorDigits(currency));
  // Intl formats a decimal string exactly; the type only admits the shape `${number}`, which this string has.
  return formatter(lang, currency, compact).format(decimal as `${number}`);
}
