/** Loaded before a gateway: its clock runs three years ahead. */
const aheadMs = 3 * 365 * 86_400_000;
const Real = Date;

class Ahead extends Real {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(Ahead.now());
    else super(...(args as [number]));
  }

  static override now(): number {
    return Real.now() + aheadMs;
  }
}

globalThis.Date = Ahead as DateConstructor;
