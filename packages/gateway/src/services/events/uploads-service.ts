import type { Principal } from '../../auth/principal.ts';
import type { DeadLetters } from '../../dead-letters/dead-letter.ts';
import { CrmbetError } from '../../errors/crmbet-error.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { EventsService } from './events-service.ts';
import { Slots } from './slots.ts';
import { type UploadLimits, type UploadPorts, upload } from './upload.ts';

export type UploadOptions = {
  /** Writes state without triggering any action. */
  replay: boolean;
  tenantId: string;
  /** Whose events they are. Asked again as the upload goes on: a key may be revoked meanwhile. */
  identify(): Promise<Principal>;
  tell: UploadPorts['tell'];
  /** The sender has gone: what is under way is finished, and no more. */
  signal: AbortSignal;
};

export const defaultUploadLimits: UploadLimits = {
  maxBytes: 1024 ** 3,
  // An event's data may have 32,768 characters, and each may come as an escape of six bytes.
  maxLineBytes: 256 * 1024,
  idleMs: 30_000,
  minBytesPerSecond: 1024,
  pauseMs: 100,
  // Checking so many takes a few ms, in which nobody else is served.
  chunkEvents: 500,
  chunkLength: 256 * 1024,
  inFlight: 8,
  overloadedMs: 60_000,
};

/** Chunks of all uploads together: a third of what may wait for the store, so that uploads leave room for requests. */
const chunksInFlight = 32;
/** Each may hold a chunk that is not full, and a line that has not ended. */
const maxUploads = 64;
/** One operator's mistake must not keep the others out. */
const maxUploadsOfTenant = 16;
const identifyEveryMs = 15_000;

/** Uploads of events: as many, as large and as fast as the memory and the store of this gateway allow. */
export class UploadsService {
  readonly limits: UploadLimits;
  readonly #events: Pick<EventsService, 'send'>;
  readonly #deadLetters: DeadLetters;
  readonly #metrics: Pick<Metrics, 'events'>;
  readonly #slots = new Slots(chunksInFlight);
  readonly #open = new Map<AbortController, string>();
  #draining = false;

  constructor(
    ports: {
      events: Pick<EventsService, 'send'>;
      deadLetters: DeadLetters;
      metrics: Pick<Metrics, 'events'>;
    },
    limits: Partial<UploadLimits> = {},
  ) {
    this.#events = ports.events;
    this.#deadLetters = ports.deadLetters;
    this.#metrics = ports.metrics;
    this.limits = { ...defaultUploadLimits, ...limits };
  }

  /** Uploads that are under way. */
  get open(): number {
    return this.#open.size;
  }

  /** Resolves when nothing of the upload is under way any more; see {@link upload}. */
  async take(body: ReadableStream<Uint8Array>, options: UploadOptions): ReturnType<typeof upload> {
    if (this.#draining) throw stopping();
    const { replay, tell, signal, tenantId } = options;
    const ofTenant = [...this.#open.values()].filter((other) => other === tenantId).length;
    if (this.#open.size >= maxUploads || ofTenant >= maxUploadsOfTenant) {
      throw new CrmbetError('overloaded', 'Too many uploads are under way. Send this one again shortly.', {
        retryAfter: 5,
      });
    }
    const stop = new AbortController();
    this.#open.set(stop, tenantId);
    const ask = (): Promise<Principal> => {
      const asked = options.identify();
      // It may fail before anybody waits for it; whoever does is told nevertheless.
      asked.catch(() => {});
      return asked;
    };
    let principal = ask();
    let askedAt = performance.now();
    const whose = (): Promise<Principal> => {
      if (performance.now() - askedAt > identifyEveryMs) {
        askedAt = performance.now();
        principal = ask();
      }
      return principal;
    };
    const ports: UploadPorts = {
      slots: this.#slots,
      tell,
      send: async (events) => this.#events.send(await whose(), { events, replay }, 'ndjson'),
      keepUnreadable: async (lines) => {
        const { kind } = await whose();
        const receivedAt = new Date();
        await this.#deadLetters.keep(
          tenantId,
          lines.map(({ text, errors }) => ({
            kind: 'rejected',
            raw: text,
            source: kind === 'secret' ? 'server' : 'browser',
            channel: 'ndjson',
            code: 'event_invalid',
            errors,
            replay,
            receivedAt,
          })),
        );
        this.#metrics.events({ accepted: 0, duplicates: 0, conflicts: 0, rejected: lines.length });
      },
    };
    try {
      return await upload(body, ports, this.limits, AbortSignal.any([signal, stop.signal]));
    } finally {
      this.#open.delete(stop);
    }
  }

  /** Takes no more. Each upload ends behind what is under way, and its sender is told from where to go on. */
  drain(): void {
    this.#draining = true;
    for (const stop of this.#open.keys()) stop.abort(stopping());
  }
}

const stopping = () =>
  new CrmbetError('overloaded', 'The gateway is stopping. Send the rest again shortly.', { retryAfter: 2 });
