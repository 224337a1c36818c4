import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoney, minorDigits, minorToDecimal } from './money.ts';

/** Spaces of every kind as one plain space. */
const plain = (text: string) => text.replaceAll(/\s/gu, ' ');

describe('minorToDecimal', () => {
  it('loses no digit, at any size', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 4 }), (amount, digits) => {
        const text = minorToDecimal(amount, digits);
        const [, fraction = ''] = text.split('.');
        expect(fraction).toHaveLength(digits);
        expect(BigInt(text.replace('.', ''))).toBe(amount);
      }),
    );
  });

  it('keeps the sign of less than one unit', () => {
    expect(minorToDecimal(-5n, 2)).toBe('-0.05');
  });
});

describe('formatMoney', () => {
  it('knows how many places a currency has', () => {
    expect([minorDigits('BRL'), minorDigits('JPY'), minorDigits('KWD')]).toEqual([2, 0, 3]);
    expect(plain(formatMoney('en', '1250', 'JPY'))).toBe('¥1,250');
    expect(plain(formatMoney('en', '1250', 'KWD'))).toBe('KWD 1.250');
  });

  it('is exact beyond 2^53', () => {
    expect(plain(formatMoney('pt-BR', '900719925474099301', 'BRL'))).toBe('R$ 9.007.199.254.740.993,01');
    expect(plain(formatMoney('en', '900719925474099301', 'BRL'))).toBe('R$9,007,199,254,740,993.01');
  });

  it('can be short', () => {
    expect(plain(formatMoney('pt-BR', '250031563', 'BRL', 'compact'))).toBe('R$ 2,5 mi');
    expect(plain(formatMoney('en', '250031563', 'BRL', 'whole'))).toBe('R$2,500,316');
  });
});
