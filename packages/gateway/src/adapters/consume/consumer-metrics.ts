import { Counter, Gauge, type Registry } from '@prometheus-io/client';

/** The brokers that events are consumed from; a metric's label, and a dead letter's channel. */
export type Channel = 'kafka' | 'rabbitmq';

/**
 * What consuming looks like from outside. Labels are the channel, and for the lag the topic or queue: never an id or a player.
 * What became of the events is counted where they are stored, in `crmbet_events_total`.
 */
export class ConsumerMetrics {
  readonly #messages: Counter<'channel'>;
  readonly #events: Counter<'channel'>;
  readonly #unreadable: Counter<'channel'>;
  readonly #retries: Counter<'channel'>;
  readonly #reconnects: Counter<'channel'>;
  readonly #lag: Gauge<'channel' | 'source'>;
  readonly #waiting: Gauge<'channel'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['channel'] as const;
    const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers });
    this.#messages = counter(
      'crmbet_consumer_messages_total',
      'Messages that were stored and given back to the broker',
    );
    this.#events = counter('crmbet_consumer_events_total', 'Events in those messages');
    this.#unreadable = counter(
      'crmbet_consumer_unreadable_total',
      'Items of messages that could not be read as events',
    );
    this.#retries = counter('crmbet_consumer_retries_total', 'Batches that were sent to the store again');
    this.#reconnects = counter(
      'crmbet_consumer_reconnects_total',
      'Connections to the broker that were lost or not to be had',
    );
    this.#lag = new Gauge({
      name: 'crmbet_consumer_lag_messages',
      help: 'Messages that wait at the broker, by topic or queue, as it said last',
      labelNames: ['channel', 'source'] as const,
      registers,
    });
    this.#waiting = new Gauge({
      name: 'crmbet_consumer_waiting_events',
      help: 'Events that were received and are not stored yet',
      labelNames,
      registers,
    });
  }

  stored(channel: Channel, events: number, unreadable: number): void {
    this.#messages.inc({ channel });
    this.#events.inc({ channel }, events);
    this.#unreadable.inc({ channel }, unreadable);
  }

  retried(channel: Channel): void {
    this.#retries.inc({ channel });
  }

  reconnected(channel: Channel): void {
    this.#reconnects.inc({ channel });
  }

  lag(channel: Channel, source: string, messages: number): void {
    this.#lag.set({ channel, source }, messages);
  }

  waiting(channel: Channel, events: number): void {
    this.#waiting.set({ channel }, events);
  }
}
