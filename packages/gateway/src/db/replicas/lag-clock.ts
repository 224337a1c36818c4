type Sample = { at: number; lsn: bigint };

/**
 * Tells how old what a replica shows is, from where the primary was when. The time of the last replayed transaction would not do:
 * it grows while nobody writes.
 */
export class LagClock {
  readonly #samples: Sample[] = [];
  readonly #keptMs: number;

  /** @param keptMs a lag of more than this is as good as any */
  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** The primary was at this place at that time. */
  note(at: number, lsn: bigint): void {
    this.#samples.push({ at, lsn });
    const oldest = at - this.#keptMs;
    while ((this.#samples[0]?.at ?? at) < oldest) this.#samples.shift();
  }

  /** Milliseconds since all that was committed is known to be in what was replayed; infinite where it is not known. */
  lagOf(replayed: bigint, now: number): number {
    const reached = this.#samples.findLast(({ lsn }) => lsn <= replayed);
    return reached === undefined ? Number.POSITIVE_INFINITY : now - reached.at;
  }
}
