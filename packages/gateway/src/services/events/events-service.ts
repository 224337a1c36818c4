import type { Principal } from '../../auth/principal.ts';
import { within } from '../../db/within.ts';
import type { DeadLetter, DeadLetterChannel, DeadLetters } from '../../dead-letters/dead-letter.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import { CrmbetError, type FieldError } from '../../errors/crmbet-error.ts';
import type { BatchItem } from '../../ingest/batch-item.ts';
import { bodyHash } from '../../ingest/body-hash.ts';
import { type Checked, checkEvent, type Refusal } from '../../ingest/check-event.ts';
import { builtInTypes } from '../../ingest/event-types.ts';
import type { Lanes } from '../../ingest/lanes.ts';
import type { Partitions } from '../../ingest/partitions.ts';
import type { EventSource } from '../../ingest/source.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Horizon } from '../../retention/horizon.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

export type EventResult = {
  index: number;
  id: string | null;
  status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  code?: ErrorCode;
  errors?: FieldError[];
};

export type SendEventsResult = {
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
  results: EventResult[];
};

const maxBatch = 1000;

/** What a browser may report about itself. Money is reported by servers. */
const fromBrowsers = new Set(['session.started', 'session.ended', 'message.opened', 'message.clicked']);
const builtIn: ReadonlySet<string> = new Set(builtInTypes);

/** Takes events in: check each, store what is new exactly once, answer for every one. */
export class EventsService {
  readonly #tenants: TenantDirectory;
  readonly #lanes: Lanes;
  readonly #partitions: Partitions;
  readonly #horizon: Horizon;
  readonly #deadLetters: DeadLetters;
  readonly #metrics: Metrics;
  readonly #patienceMs: number;
  #keeping = 0;

  constructor(ports: {
    tenants: TenantDirectory;
    lanes: Lanes;
    partitions: Partitions;
    horizon: Horizon;
    deadLetters: DeadLetters;
    metrics: Metrics;
    /** How long the keeping of refusals may take. */
    patienceMs?: number;
  }) {
    this.#tenants = ports.tenants;
    this.#lanes = ports.lanes;
    this.#partitions = ports.partitions;
    this.#horizon = ports.horizon;
    this.#deadLetters = ports.deadLetters;
    this.#metrics = ports.metrics;
    this.#patienceMs = ports.patienceMs ?? 10_000;
  }

  /**
   * @param body one event, or `{ events, replay? }`, as it came over the wire
   * @param channel how it came, for whoever looks at what was refused
   */
  async send(
    principal: Principal,
    body: unknown,
    channel: DeadLetterChannel = 'api',
  ): Promise<SendEventsResult> {
    const batch = readBatch(body);
    const tenant = await this.#tenants.get(principal.tenantId);
    const now = Date.now();
    const source = sourceOf(principal);
    const context = { now, earliest: this.#horizon.earliest(now), source };
    const results: EventResult[] = [];
    const letters: DeadLetter[] = [];
    const items: BatchItem[] = [];
    const places: number[] = [];
    const letterOf = (index: number) => ({
      raw: batch.events[index],
      source,
      channel,
      replay: batch.replay,
      receivedAt: new Date(now),
    });
    batch.events.forEach((raw, index) => {
      const checked = refuseForKey(principal, checkEvent(raw, context));
      if (checked.ok) {
        const { event, json } = checked;
        if (batch.replay) event.replay = true;
        items.push({ playerId: tenant.playerIdOf(event.player), event, json, hash: bodyHash(event, json) });
        places.push(index);
      } else {
        results[index] = { index, id: checked.id, status: 'rejected', ...checked.refusal };
        letters.push({ ...letterOf(index), kind: 'rejected', ...checked.refusal });
      }
    });
    if (items.length > 0) {
      await this.#partitions.ensure(items.map((item) => item.event.at));
      const statuses = await this.#lanes.submit(tenant, items);
      items.forEach(({ event, playerId, hash }, at) => {
        const index = places[at] ?? 0;
        const status = statuses[at] ?? 'unstorable';
        if (status === 'accepted' || status === 'duplicate') {
          results[index] = { index, id: event.id, status };
          return;
        }
        results[index] = { index, id: event.id, ...explain(status) };
        if (status === 'conflict') {
          letters.push({
            ...letterOf(index),
            kind: status,
            code: 'event_conflict',
            errors: [],
            playerId,
            hash,
          });
        } else {
          letters.push({ ...letterOf(index), kind: 'rejected', ...unstorable });
        }
      });
    }
    // Before the answer: who is told of a refusal finds it in the list.
    if (letters.length > 0) await this.#keep(principal.tenantId, letters);
    const counts = count(results);
    this.#metrics.events(counts);
    if (batch.single) throwIfRefused(results[0]);
    return { ...counts, results };
  }

  /** Refusals wait for the store as events do: so many at a time, and so long. */
  async #keep(tenantId: string, letters: readonly DeadLetter[]): Promise<void> {
    if (this.#keeping >= maxKeeping)
      throw new CrmbetError(
        'overloaded',
        'Too many refused events are being kept. Send them again shortly.',
        {
          retryAfter: 1,
        },
      );
    this.#keeping += 1;
    const kept = this.#deadLetters.keep(tenantId, letters).finally(() => {
      this.#keeping -= 1;
    });
    await within(this.#patienceMs, kept, storeIsLate);
  }
}

/** Requests whose refusals are being kept; each may hold a body. */
const maxKeeping = 100;

const storeIsLate = () =>
  new CrmbetError('store_unavailable', 'The database does not answer. Send it again shortly.', {
    retryAfter: 2,
  });

const unstorable: Refusal = {
  code: 'event_invalid',
  errors: [{ pointer: '/data', detail: 'holds a value that would take a sum beyond 64 bits' }],
};

const explain = (status: 'conflict' | 'unstorable'): Omit<EventResult, 'index' | 'id'> =>
  status === 'conflict' ? { status, code: 'event_conflict' } : { status: 'rejected', ...unstorable };

function readBatch(body: unknown): { events: unknown[]; replay: boolean; single: boolean } {
  if (typeof body !== 'object' || body === null || !('events' in body))
    return { events: [body], replay: false, single: true };
  const { events, replay = false, ...rest }: { events: unknown; replay?: unknown } = body;
  const unknown = Object.keys(rest)[0];
  const errors: FieldError[] = [];
  if (unknown !== undefined)
    errors.push({ pointer: `/${unknown.slice(0, 64)}`, detail: 'is not a field of a batch' });
  if (typeof replay !== 'boolean') errors.push({ pointer: '/replay', detail: 'must be true or false' });
  if (!Array.isArray(events) || events.length === 0)
    errors.push({ pointer: '/events', detail: 'must be a list of at least one event' });
  if (errors.length > 0 || !Array.isArray(events)) {
    throw new CrmbetError('request_invalid', 'The batch is not as described.', { errors });
  }
  if (events.length > maxBatch) {
    throw new CrmbetError(
      'batch_too_large',
      `A batch may hold up to ${maxBatch} events; this one holds ${events.length}. Nothing of it was stored.`,
    );
  }
  return { events, replay: replay === true, single: false };
}

/** Only a secret key is kept by a server; all else is in somebody's browser. */
const sourceOf = ({ kind }: Principal): EventSource => (kind === 'secret' ? 'server' : 'browser');

/** What a publishable key may not say is refused like what cannot be said. */
function refuseForKey(principal: Principal, checked: Checked): Checked {
  if (!checked.ok || principal.kind !== 'publishable') return checked;
  const { id, type } = checked.event;
  if (fromBrowsers.has(type) || !builtIn.has(type)) return checked;
  const errors = [{ pointer: '/type', detail: 'may be sent with an sk_ key only' }];
  return { ok: false, id, refusal: { code: 'type_not_allowed', errors } };
}

/** One event alone has no list of results to be wrong in: its refusal is the answer. */
function throwIfRefused(result: EventResult | undefined): void {
  if (result?.status === 'rejected') {
    const { code = 'event_invalid', errors = [] } = result;
    throw new CrmbetError(code, 'The event was not stored.', { errors });
  }
  if (result?.status === 'conflict') {
    throw new CrmbetError('event_conflict', 'Another event was stored under this id; this one was not.');
  }
}

function count(results: readonly EventResult[]) {
  const counts = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  for (const { status } of results) counts[counterOf[status]] += 1;
  return counts;
}

const counterOf = {
  accepted: 'accepted',
  duplicate: 'duplicates',
  conflict: 'conflicts',
  rejected: 'rejected',
} as const;
