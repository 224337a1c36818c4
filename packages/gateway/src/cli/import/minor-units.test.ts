import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentOf, toMinorUnits } from './minor-units.ts';

const currencies = fc.constantFrom('USD', 'BRL', 'JPY', 'KWD', 'CLF');

/** Writes minor units as people do, on digits: the other way round. */
function toMajor(minor: bigint, currency: string, point: string): string {
  const exponent = exponentOf(currency);
  const digits = String(minor).padStart(exponent + 1, '0');
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}${point}${digits.slice(-exponent)}`;
}

describe('toMinorUnits', () => {
  it('gives back every amount up to 18 digits exactly, in every kind of currency', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
        currencies,
        fc.constantFrom('.', ','),
        (minor, currency, point) => {
          const read = toMinorUnits(toMajor(minor, currency, point), currency, 'major', point);
          expect('amount' in read && BigInt(read.amount)).toBe(minor);
          expect('amount' in read && typeof read.amount).toBe(
            minor <= Number.MAX_SAFE_INTEGER ? 'number' : 'string',
          );
        },
      ),
    );
  });

  it.each([
    ['11.77', 'USD', 1177],
    ['0.1', 'USD', 10],
    ['12', 'USD', 1200],
    ['.5', 'USD', 50],
    ['007.00', 'USD', 700],
    ['12.5000', 'USD', 1250],
    ['1500', 'JPY', 1500],
    ['1500.0', 'JPY', 1500],
    ['1.234', 'KWD', 1234],
    ['90071992547409.93', 'USD', '9007199254740993'],
  ])('%s %s is %s', (text, currency, amount) => {
    expect(toMinorUnits(text, currency, 'major', '.')).toEqual({ amount });
  });

  it.each([
    ['1.234', 'USD', 'amount_decimals'],
    ['0.001', 'USD', 'amount_decimals'],
    ['15.5', 'JPY', 'amount_decimals'],
    ['1.2345', 'KWD', 'amount_decimals'],
    ['-5', 'USD', 'amount_negative'],
    ['1,000.00', 'USD', 'amount_invalid'],
    ['11,77', 'USD', 'amount_invalid'],
    ['1e3', 'USD', 'amount_invalid'],
    ['12.', 'USD', 'amount_invalid'],
    ['.', 'USD', 'amount_invalid'],
    ['', 'USD', 'amount_invalid'],
    ['R$ 5', 'BRL', 'amount_invalid'],
    ['NaN', 'USD', 'amount_invalid'],
    ['12345678901234567', 'USD', 'amount_too_large'],
  ])('%s %s is refused: %s', (text, currency, code) => {
    expect(toMinorUnits(text, currency, 'major', '.')).toMatchObject({ code, reason: expect.any(String) });
  });

  it('takes minor units as they are, and no decimals of them', () => {
    expect(toMinorUnits('1250', 'JPY', 'minor', '.')).toEqual({ amount: 1250 });
    expect(toMinorUnits('12.50', 'USD', 'minor', '.')).toMatchObject({ code: 'amount_decimals' });
  });
});
