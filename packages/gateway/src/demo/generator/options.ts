/** What the demo history is made from. The same options give the same bytes, on every machine. */
export type DemoOptions = {
  /** How many players. Player i is the same person with the same history however many others there are. */
  readonly players: number;
  /** How many days of behaviour, up to `end`. */
  readonly days: number;
  /** An integer. */
  readonly seed: number;
  /** The history ends here; no event is later. */
  readonly end: Date;
};

/** 20,000 players over these days give about a million events. */
export const demoDefaults = { players: 20_000, days: 79, seed: 2026 } as const;
