import type { Logger } from 'pino';
import { advisoryLocks } from '../db/advisory-locks.ts';
import type { Bus } from '../processes/bus.ts';
import { Duty } from '../processes/duty.ts';
import type { Presence } from '../processes/presence.ts';
import { takeOver } from './hand-over.ts';
import type { Keeper } from './keepers.ts';

/** Windows end at midnight and time-outs run out without any event: everybody is looked at again this often. */
const sweepMs = 60_000;
const lookForDeadMs = 5000;

/**
 * Keeps the segments of a whole installation: one process at a time, of those that work in the background, sweeps and takes over
 * what processes without a keeper hand over. Whenever something may have been missed (the process before it died, a process
 * died with what it had not handed over, the connection broke) everybody is looked at once.
 */
export class SegmentDuty {
  readonly #duty: Duty;
  readonly #ports: { keeper: Keeper; bus: Bus; presence: Presence; log: Logger };
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(ports: { url: string; keeper: Keeper; bus: Bus; presence: Presence; log: Logger }) {
    this.#ports = ports;
    this.#duty = new Duty({
      url: ports.url,
      key: advisoryLocks.segments,
      log: ports.log,
      onTaken: () => this.catchUp(),
    });
  }

  async start(): Promise<void> {
    const { keeper, bus } = this.#ports;
    // First the ears, then the duty: between the two nothing is missed.
    await bus.hear('crmbet_touched', {
      onMessage: (text) => {
        if (this.#duty.isMine) takeOver(keeper, text);
      },
      onGap: () => this.catchUp(),
    });
    await this.#duty.start();
    this.#timers.push(
      setInterval(() => this.#sweep(true), sweepMs),
      setInterval(() => void this.#missTheDead(), lookForDeadMs),
    );
    for (const timer of this.#timers) timer.unref();
  }

  /** Whether this process is the one that keeps segments now. */
  get isMine(): boolean {
    return this.#duty.isMine;
  }

  /** Looks at everybody once, where that is our duty. */
  catchUp(): void {
    this.#sweep(false);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#duty.stop();
  }

  #sweep(isRoutine: boolean): void {
    if (!this.#duty.isMine) return;
    // A store that is away fails this sweep; the next comes within a minute.
    this.#ports.keeper.sweep(isRoutine).catch(() => {});
  }

  async #missTheDead(): Promise<void> {
    if (!this.#duty.isMine) return;
    const someDied = await this.#ports.presence.buryTheDead().catch(() => false);
    if (someDied) this.catchUp();
  }
}
