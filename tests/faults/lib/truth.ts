import { type Item, idOf, isBad, type World } from './events.ts';

export type Status = 'accepted' | 'duplicate' | 'conflict' | 'rejected';

/** What is wrong with a gateway: a short name of the kind, and the event it is about. */
export type Violation = { kind: string; about: string };

const bits = { accepted: 1, duplicate: 2, conflict: 4 } as const;
const rivalShift = 3;
const rejectedBit = 64;

/**
 * What was sent and what was answered for it, some bytes an event. Judges each answer as it comes by what was sent before; what
 * was stored is judged in the end, by `verifyStore`.
 */
export class Truth {
  readonly world: World;
  readonly violations: Violation[] = [];
  readonly counts: Record<Status, number> = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  #answers = new Uint8Array(1024);
  #tries = [new Uint16Array(1024), new Uint16Array(1024)] as const;
  #next = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** How many numbers were given out: all below it were sent, or are about to be. */
  get size(): number {
    return this.#next;
  }

  /** A number that no event has yet. */
  take(): number {
    const n = this.#next++;
    if (n >= this.#answers.length) this.#grow();
    return n;
  }

  #grow(): void {
    const grown = <T extends Uint8Array | Uint16Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = this.#answers.length * 2;
    this.#answers = grown(this.#answers, new Uint8Array(size));
    this.#tries = [
      grown(this.#tries[0], new Uint16Array(size)),
      grown(this.#tries[1], new Uint16Array(size)),
    ];
  }

  /** Call before each sending of it, those of a retry too. */
  sending({ n, rival }: Item): void {
    const tries = this.#tries[rival ? 1 : 0];
    tries[n] = (tries[n] ?? 0) + 1;
  }

  /** Call with what a client was told of it: a 2xx, or the 409 or 422 of an event that was sent alone. */
  answered({ n, rival }: Item, status: Status): void {
    this.counts[status] += 1;
    if (isBad(this.world, n) !== (status === 'rejected')) {
      this.report(status === 'rejected' ? 'a good event was rejected' : 'a bad event was taken', n);
      return;
    }
    if (status === 'rejected') {
      this.#set(n, rejectedBit);
      return;
    }
    const bit = bits[status] << (rival ? rivalShift : 0);
    if (status === 'accepted' && (this.#of(n) & (bits.accepted | (bits.accepted << rivalShift))) !== 0)
      this.report('accepted twice', n);
    const tries = this.#tries[rival ? 1 : 0][n] ?? 0;
    const rivalTries = this.#tries[rival ? 0 : 1][n] ?? 0;
    if (status === 'duplicate' && tries < 2) this.report('called a duplicate at its first sending', n);
    if (status === 'conflict' && rivalTries === 0) this.report('called a conflict of nothing', n);
    this.#set(n, bit);
  }

  /** Whether an answer says that this body, and no other, is the stored one. */
  isAcked({ n, rival }: Item): boolean {
    return ((this.#of(n) >> (rival ? rivalShift : 0)) & (bits.accepted | bits.duplicate)) !== 0;
  }

  /** Whether an answer says that another body is stored under its id. */
  isConflict({ n, rival }: Item): boolean {
    return ((this.#of(n) >> (rival ? rivalShift : 0)) & bits.conflict) !== 0;
  }

  isRejected(n: number): boolean {
    return (this.#of(n) & rejectedBit) !== 0;
  }

  wasSent({ n, rival }: Item): boolean {
    return (this.#tries[rival ? 1 : 0][n] ?? 0) > 0;
  }

  report(kind: string, n: number): void {
    if (this.violations.length < 1000) this.violations.push({ kind, about: idOf(this.world, n) });
  }

  #of(n: number): number {
    return this.#answers[n] ?? 0;
  }

  #set(n: number, bit: number): void {
    this.#answers[n] = this.#of(n) | bit;
  }
}

/** Each kind with how often and an example: what a person reads. */
export function describe(violations: readonly Violation[]): string {
  const kinds = Map.groupBy(violations, ({ kind }) => kind);
  return [...kinds].map(([kind, list]) => `${kind} (${list.length}, such as ${list[0]?.about})`).join('; ');
}
