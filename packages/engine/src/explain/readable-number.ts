/**
 * The roundest number above `low` and not above `high`: 0, else a multiple of the largest power of ten that has one there;
 * of several the nearest to their middle.
 * @returns undefined where there is none, as when `low` is not below `high`
 */
export function readableBetween(low: number, high: number): number | undefined {
  if (!(low < high)) return undefined;
  if (low < 0 && high >= 0) return 0;
  const middle = low / 2 + high / 2;
  // From a step that is above both numbers down to float64's last digit.
  const first = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  for (let exponent = first; exponent > first - 18; exponent--) {
    const nearest = Math.round(middle / 10 ** exponent);
    for (const multiple of [nearest, nearest - 1, nearest + 1]) {
      const value = Number(`${multiple}e${exponent}`);
      if (value > low && value <= high) return value;
    }
  }
  return high;
}

/** Digits of a number without the zeros at its ends. */
export function significantDigits(value: number): number {
  const [mantissa = ''] = Math.abs(value).toExponential().split('e');
  return mantissa.replace('.', '').length;
}
