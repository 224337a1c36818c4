/** Minor units of the currencies whose number of decimals is not two (ISO 4217, list one). */
const exponents = new Map<string, number>([
  ...words('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', 0),
  ...words('BHD IQD JOD KWD LYD OMR TND', 3),
  ...words('CLF UYW', 4),
]);

function words(codes: string, exponent: number): [string, number][] {
  return codes.split(' ').map((code) => [code, exponent]);
}

export const exponentOf = (currency: string): number => exponents.get(currency) ?? 2;

export type MinorUnits = { amount: number | string } | { code: string; reason: string };

/** The most digits that the gateway takes. */
const mostDigits = 18;

/**
 * Reads an amount to whole minor units, on the digits themselves: no float ever holds it. Decimals beyond the
 * currency's are accepted only where they are zeros.
 *
 * @param unit `major` for 12.50, `minor` for 1250
 * @param point what stands before the decimals, `.` or `,`; digits in groups are refused
 */
export function toMinorUnits(
  text: string,
  currency: string,
  unit: 'major' | 'minor',
  point: '.' | ',',
): MinorUnits {
  const shown = JSON.stringify(text);
  if (/^-/.test(text)) return { code: 'amount_negative', reason: `The amount ${shown} is negative.` };
  const match = (point === '.' ? /^(\d*)(?:\.(\d+))?$/ : /^(\d*)(?:,(\d+))?$/).exec(text);
  const [, whole = '', decimals = ''] = match ?? [];
  if (match === null || whole + decimals === '') {
    return {
      code: 'amount_invalid',
      reason: `${shown} is not an amount such as ${unit === 'minor' ? '1250' : `12${point}50`}.`,
    };
  }
  const exponent = unit === 'minor' ? 0 : exponentOf(currency);
  if (/[1-9]/.test(decimals.slice(exponent))) {
    const allowed = unit === 'minor' ? 'minor units have none' : `${currency} has ${exponent}`;
    return { code: 'amount_decimals', reason: `The amount ${shown} has too many decimals; ${allowed}.` };
  }
  const digits = (whole + decimals.slice(0, exponent).padEnd(exponent, '0')).replace(/^0+(?=\d)/, '');
  if (digits.length > mostDigits)
    return { code: 'amount_too_large', reason: `The amount ${shown} is too large.` };
  const number = Number(digits);
  return { amount: Number.isSafeInteger(number) ? number : digits };
}
