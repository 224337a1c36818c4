/** What is stored of a player and cannot be undone by another event: so it may be remembered. */
type KnownPlayer = {
  /** Of the account; once it is set it stays. Null: not known to be set. */
  currency: string | null;
  /** The stored one is this or earlier; null: not known to be set. */
  brandAt: number | null;
};

/**
 * Remembers players that this process has written, so that the next batch need not ask. Only ever a guess that saves work: each
 * write checks in the same transaction that what it went by is so, and otherwise runs again without it.
 */
export class KnownPlayers {
  readonly #max: number;
  #recent = new Map<string, KnownPlayer>();
  #older = new Map<string, KnownPlayer>();

  /** @param max how many are remembered at least; up to twice as many are, about 150 bytes each */
  constructor(max = 200_000) {
    this.#max = max;
  }

  get(playerId: string): KnownPlayer | undefined {
    const recent = this.#recent.get(playerId);
    if (recent !== undefined) return recent;
    const older = this.#older.get(playerId);
    if (older !== undefined) this.#keep(playerId, older);
    return older;
  }

  /** After a commit that wrote the player by these. */
  learn(playerId: string, currency: string | null, brandAt: number | null): void {
    const known = this.get(playerId);
    if (known === undefined) {
      this.#keep(playerId, { currency, brandAt });
      return;
    }
    known.currency ??= currency;
    if (brandAt !== null && (known.brandAt === null || brandAt < known.brandAt)) known.brandAt = brandAt;
  }

  forget(playerId: string): void {
    this.#recent.delete(playerId);
    this.#older.delete(playerId);
  }

  /** Two generations: the older one goes when the younger is full, so what is used stays. */
  #keep(playerId: string, known: KnownPlayer): void {
    if (this.#recent.size >= this.#max) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(playerId, known);
  }
}
