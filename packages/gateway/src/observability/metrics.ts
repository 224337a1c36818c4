import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { DeadLetterKind } from '../dead-letters/dead-letter.ts';
import type { ErrorCode } from '../errors/codes.ts';

/** The gateway's one registry. Labels are routes, statuses and outcomes: never an id, a tenant or a player. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: 'crmbet_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.#registry],
  });
  /** As many as there are routes and statuses: to find one by its labels would cost more than to count. */
  readonly #requestsBy = new Map<string, { observe(seconds: number): void }>();
  readonly #events = new Counter({
    name: 'crmbet_events_total',
    help: 'Events sent to this gateway, by what became of them',
    labelNames: ['outcome'] as const,
    registers: [this.#registry],
  });
  readonly #deadLetters = new Counter({
    name: 'crmbet_dead_letters_total',
    help: 'Items put into the dead-letter list by this gateway, again and again included, by kind and code',
    labelNames: ['kind', 'code'] as const,
    registers: [this.#registry],
  });
  readonly #deadLettersDropped = new Counter({
    name: 'crmbet_dead_letters_dropped_total',
    help: 'Dead letters removed by this gateway without having been sent again or discarded, by why',
    labelNames: ['why'] as const,
    registers: [this.#registry],
  });
  readonly #retired = new Counter({
    name: 'crmbet_retention_rows_total',
    help: 'Rows that this gateway removed because they were past the retention, by kind',
    labelNames: ['kind'] as const,
    registers: [this.#registry],
  });
  readonly #retiredPartitions = new Counter({
    name: 'crmbet_retention_partitions_total',
    help: 'Partitions of events that this gateway dropped because they were past the retention',
    registers: [this.#registry],
  });

  constructor(gauges: { waitingEvents(): number; openStreams(): number }) {
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: 'crmbet_ingest_waiting_events',
      help: 'Events that wait for their commit',
      registers: [this.#registry],
      collect() {
        this.set(gauges.waitingEvents());
      },
    });
    new Gauge({
      name: 'crmbet_open_streams',
      help: 'Server-sent event streams that are open',
      registers: [this.#registry],
      collect() {
        this.set(gauges.openStreams());
      },
    });
  }

  request(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${route} ${status}`;
    let child = this.#requestsBy.get(key);
    if (child === undefined) {
      child = this.#requests.labels({ method, route, status: String(status) });
      this.#requestsBy.set(key, child);
    }
    child.observe(seconds);
  }

  events(counts: { accepted: number; duplicates: number; conflicts: number; rejected: number }): void {
    this.#events.inc({ outcome: 'accepted' }, counts.accepted);
    this.#events.inc({ outcome: 'duplicate' }, counts.duplicates);
    this.#events.inc({ outcome: 'conflict' }, counts.conflicts);
    this.#events.inc({ outcome: 'rejected' }, counts.rejected);
  }

  deadLetters(kind: DeadLetterKind, code: ErrorCode, count: number): void {
    this.#deadLetters.inc({ kind, code }, count);
  }

  /** @param why the list was full, or the letter too old */
  deadLettersDropped(why: 'limit' | 'retention', count: number): void {
    this.#deadLettersDropped.inc({ why }, count);
  }

  retired(kind: 'event_ids' | 'player_day', rows: number): void {
    this.#retired.inc({ kind }, rows);
  }

  retiredPartition(): void {
    this.#retiredPartitions.inc();
  }

  /** For what counts for itself. */
  get registry(): Registry {
    return this.#registry;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
