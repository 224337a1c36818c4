import type { Principal } from '../../auth/principal.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import { CrmbetError, type FieldError } from '../../errors/crmbet-error.ts';
import { bodyHash } from '../../ingest/body-hash.ts';
import { checkEvent } from '../../ingest/check-event.ts';
import type { CheckedEvent } from '../../ingest/event.ts';
import { builtInTypes } from '../../ingest/event-types.ts';
import type { Lanes } from '../../ingest/lanes.ts';
import type { Partitions } from '../../ingest/partitions.ts';
import type { EventSource } from '../../ingest/source.ts';
import type { BatchItem } from '../../ingest/write-batch.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';

export type EventResult = {
  index: number;
  id: string | null;
  status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  code?: string;
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
  readonly #metrics: Metrics;

  constructor(ports: {
    tenants: TenantDirectory;
    lanes: Lanes;
    partitions: Partitions;
    metrics: Metrics;
  }) {
    this.#tenants = ports.tenants;
    this.#lanes = ports.lanes;
    this.#partitions = ports.partitions;
    this.#metrics = ports.metrics;
  }

  /** @param body one event, or `{ events, replay? }`, as it came over the wire */
  async send(principal: Principal, body: unknown): Promise<SendEventsResult> {
    const batch = readBatch(body);
    const tenant = await this.#tenants.get(principal.tenantId);
    const now = Date.now();
    const source = sourceOf(principal);
    const results: EventResult[] = [];
    const items: BatchItem[] = [];
    const places: number[] = [];
    batch.events.forEach((raw, index) => {
      const checked = checkEvent(raw, now, source);
      const refusal = checked.ok ? refuseForKey(principal, checked.event) : checked.refusal;
      if (checked.ok && refusal === undefined) {
        const event = batch.replay ? { ...checked.event, replay: true } : checked.event;
        items.push({
          playerId: tenant.playerIdOf(event.player),
          event,
          json: checked.json,
          hash: bodyHash(event, checked.json),
        });
        places.push(index);
      } else if (refusal !== undefined) {
        results[index] = {
          index,
          id: checked.ok ? checked.event.id : checked.id,
          status: 'rejected',
          ...refusal,
        };
      }
    });
    if (items.length > 0) {
      await this.#partitions.ensure(items.map((item) => item.event.at));
      const statuses = await this.#lanes.submit(tenant, items);
      statuses.forEach((status, at) => {
        const index = places[at] ?? 0;
        results[index] = { index, id: items[at]?.event.id ?? null, ...explain(status) };
      });
    }
    const counts = count(results);
    this.#metrics.events(counts);
    if (batch.single) throwIfRefused(results[0]);
    return { ...counts, results };
  }
}

function explain(
  status: 'accepted' | 'duplicate' | 'conflict' | 'unstorable',
): Omit<EventResult, 'index' | 'id'> {
  if (status === 'conflict') return { status, code: 'event_conflict' };
  if (status !== 'unstorable') return { status };
  const detail = 'holds a value that would take a sum beyond 64 bits';
  return { status: 'rejected', code: 'event_invalid', errors: [{ pointer: '/data', detail }] };
}

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

function refuseForKey(
  principal: Principal,
  event: CheckedEvent,
): { code: ErrorCode; errors: FieldError[] } | undefined {
  if (principal.kind !== 'publishable' || fromBrowsers.has(event.type) || !builtIn.has(event.type))
    return undefined;
  return {
    code: 'type_not_allowed',
    errors: [{ pointer: '/type', detail: 'may be sent with an sk_ key only' }],
  };
}

/** One event alone has no list of results to be wrong in: its refusal is the answer. */
function throwIfRefused(result: EventResult | undefined): void {
  if (result?.status === 'rejected') {
    const code = result.code === 'type_not_allowed' ? 'type_not_allowed' : 'event_invalid';
    throw new CrmbetError(code, 'The event was not stored.', { errors: result.errors ?? [] });
  }
  if (result?.status === 'conflict') {
    throw new CrmbetError('event_conflict', 'Another event was stored under this id; this one was not.');
  }
}

function count(results: readonly EventResult[]) {
  const of = (status: EventResult['status']) => results.filter((result) => result.status === status).length;
  return {
    accepted: of('accepted'),
    duplicates: of('duplicate'),
    conflicts: of('conflict'),
    rejected: of('rejected'),
  };
}
