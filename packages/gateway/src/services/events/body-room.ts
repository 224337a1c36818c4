import { CrmbetError } from '../../errors/crmbet-error.ts';

/**
 * Bounds the bytes of all bodies that are being read or answered. What waits for its commit is bounded by the number of events; events may
 * be large, and a body takes about twice its size in memory once it is parsed.
 */
export class BodyRoom {
  readonly #max: number;
  #taken = 0;

  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  /** @throws {CrmbetError} `overloaded`; then nothing was taken */
  take(bytes: number): void {
    if (this.#taken + bytes > this.#max) {
      throw new CrmbetError('overloaded', 'Too many large requests are being read. Send it again shortly.', {
        retryAfter: 1,
      });
    }
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}
