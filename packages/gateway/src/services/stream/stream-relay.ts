import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus } from '../../processes/bus.ts';
import type { Presence } from '../../processes/presence.ts';
import { StreamMessage, type Told } from '../../routes/stream/schemas.ts';
import { type StreamPeers, type StreamService, type Telling, toldBy } from './stream-service.ts';

/** Messages are told together, this often. */
const gatherMs = 100;
/**
 * Of one tenant at a time. Who would hear of more is told of a gap instead: nobody reads so fast. They reach a reader all at once,
 * so there have to be far fewer than it may be behind.
 */
const maxMessages = 200;
/** Of all tenants at a time: what waits for the database is bounded. */
const maxWaiting = 5000;
/** Characters of one tenant's messages at a time. */
const maxCharacters = 400_000;

const Relayed = z.strictObject({
  tenant: z.uuid(),
  messages: z.array(z.unknown()).max(maxMessages),
  gap: z.boolean(),
});

type Waiting = { messages: Telling[]; gap: boolean };

/** Carries live messages between the streams of different processes; nothing is sent where nobody listens. */
export class StreamRelay implements StreamPeers {
  readonly #bus: Pick<Bus, 'tell' | 'hear'>;
  readonly #presence: Pick<Presence, 'listenTo' | 'forget' | 'listenedTo'>;
  readonly #log: Logger;
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(ports: {
    bus: Pick<Bus, 'tell' | 'hear'>;
    presence: Pick<Presence, 'listenTo' | 'forget' | 'listenedTo'>;
    log: Logger;
  }) {
    this.#bus = ports.bus;
    this.#presence = ports.presence;
    this.#log = ports.log;
  }

  /** From now on the readers of this stream get what other processes tell. */
  async start(stream: Pick<StreamService, 'deliver' | 'tellOfGap'>): Promise<void> {
    await this.#bus.hear('crmbet_stream', {
      onMessage: (text) => {
        const { tenant, messages, gap } = Relayed.parse(JSON.parse(text));
        for (const message of messages) {
          const parsed = StreamMessage.safeParse(message);
          // A process of another version may know of more than this one.
          if (parsed.success && parsed.data.event !== 'stream.reset') stream.deliver(tenant, parsed.data);
        }
        if (gap) stream.tellOfGap(tenant);
      },
      onGap: () => stream.tellOfGap(),
    });
  }

  listenTo(tenantId: string): Promise<void> {
    return this.#presence.listenTo(tenantId);
  }

  forget(tenantId: string): void {
    this.#presence.forget(tenantId);
  }

  tell(tenantId: string, telling: Telling): void {
    let waiting = this.#waiting.get(tenantId);
    if (waiting === undefined) {
      waiting = { messages: [], gap: false };
      this.#waiting.set(tenantId, waiting);
    }
    if (waiting.messages.length >= maxMessages || this.#count >= maxWaiting) {
      waiting.gap = true;
    } else {
      waiting.messages.push(telling);
      this.#count += 1;
    }
    this.#schedule();
  }

  /** Resolves when what happened so far has been told. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#telling;
    await this.#flush();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#telling = this.#telling.then(() => this.#flush());
    }, gatherMs);
  }

  async #flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const happened = [...this.#waiting];
    this.#waiting.clear();
    this.#count = 0;
    try {
      // Looked up after it happened: who opened a stream before that is in the answer.
      const listened = await this.#presence.listenedTo();
      for (const [tenantId, { messages, gap }] of happened)
        if (listened.has(tenantId)) await this.#send(tenantId, messages.map(toldBy), gap);
    } catch (error) {
      this.#log.warn(
        { err: { name: error instanceof Error ? error.name : 'unknown' } },
        'live messages were not told',
      );
      for (const [tenantId] of happened) {
        const waiting = this.#waiting.get(tenantId);
        if (waiting === undefined) this.#waiting.set(tenantId, { messages: [], gap: true });
        else waiting.gap = true;
      }
      this.#schedule();
    }
  }

  async #send(tenant: string, messages: Told[], gap: boolean): Promise<void> {
    const text = (of: Told[], isGap: boolean) => JSON.stringify({ tenant, messages: of, gap: isGap });
    const whole = text(messages, gap);
    if (whole.length <= maxCharacters && (await this.#bus.tell('crmbet_stream', whole))) return;
    await this.#bus.tell('crmbet_stream', text([], true));
  }
}
