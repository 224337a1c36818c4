import type { Logger } from 'pino';
import postgres from 'postgres';
import type { PostgresClient } from '../db/database.ts';
import { FrameReader, toFrames } from './frames.ts';

/** What is told between processes: live messages for streams, and players whose events were stored. */
export type Channel = 'crmbet_stream' | 'crmbet_touched';

export type Hearing = {
  /** What another process told; never what this one did. */
  onMessage(text: string): void;
  /** Messages may have been lost: the connection was made anew. */
  onGap(): void;
};

/**
 * Tells the other processes over the same database, whoever of them listens, by NOTIFY: after the commit, once, to those who are
 * connected at that moment. A lost message has to be made up for by who needs it; `onGap` says when.
 */
export class Bus {
  readonly #id: string;
  readonly #sql: PostgresClient;
  readonly #url: string;
  readonly #log: Logger;
  #listener: postgres.Sql | undefined;
  #sent = 0;

  /** @param ports.url of the database itself: a pooler between would not pass on what is listened to */
  constructor(ports: { id: string; sql: PostgresClient; url: string; log: Logger }) {
    this.#id = ports.id;
    this.#sql = ports.sql;
    this.#url = ports.url;
    this.#log = ports.log;
  }

  /** Resolves when this process hears. From then on the connection is made again whenever it breaks. */
  async hear(channel: Channel, hearing: Hearing): Promise<void> {
    this.#listener ??= postgres(this.#url, {
      max: 1,
      fetch_types: false,
      onnotice: () => {},
      // Seconds: long enough not to hammer a server that starts, short enough to hear soon.
      backoff: (attempt) => Math.min(2, 0.1 * 2 ** attempt),
      connection: { application_name: 'crmbet listens' },
    });
    const reader = new FrameReader();
    let heardBefore = false;
    await this.#listener.listen(
      channel,
      (payload) => {
        const message = reader.read(payload);
        if (message === undefined || message.sender === this.#id) return;
        try {
          hearing.onMessage(message.text);
        } catch (error) {
          this.#log.warn({ err: error }, 'a message of another process was not understood');
        }
      },
      () => {
        if (heardBefore) hearing.onGap();
        heardBefore = true;
      },
    );
  }

  /** @returns false where the text is too long to be told */
  async tell(channel: Channel, text: string): Promise<boolean> {
    this.#sent += 1;
    const frames = toFrames(this.#id, this.#sent, text);
    if (frames === undefined) return false;
    // One statement, so that the parts are one commit and arrive together.
    await this.#sql.unsafe(`SELECT ${frames.map((_, at) => `pg_notify($1, $${at + 2})`).join(', ')}`, [
      channel,
      ...frames,
    ]);
    return true;
  }

  async stop(): Promise<void> {
    await this.#listener?.end({ timeout: 1 });
  }
}
