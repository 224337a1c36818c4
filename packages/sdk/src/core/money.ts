import type { Money } from '../types.ts';

/** The exact number of minor units, of a money or of digits. */
export const toBigInt = (money: Money | string): bigint =>
  BigInt(typeof money === 'string' ? money : money.amount);
