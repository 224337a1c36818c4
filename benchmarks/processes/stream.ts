/** Reads a live stream and notes when each player was first spoken of, by the kind of message. */
export class Stream {
  readonly #seen = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#reading = this.#read(body).catch(() => {});
  }

  static async open(url: string, key: string): Promise<Stream> {
    const response = await fetch(`${url}/v1/stream`, { headers: { authorization: `Bearer ${key}` } });
    if (!response.ok || response.body === null) throw new Error(`The stream answered ${response.status}.`);
    return new Stream(response.body);
  }

  /** The time at which it came; waits for it for a while. */
  async seenAt(event: string, player: string): Promise<number> {
    const until = performance.now() + 30_000;
    for (;;) {
      const at = this.#seen.get(`${event} ${player}`);
      if (at !== undefined) return at;
      if (performance.now() > until) throw new Error(`${event} of ${player} never came.`);
      await new Promise((next) => setTimeout(next, 5));
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    const reader = body.getReader();
    this.#stop.signal.addEventListener('abort', () => void reader.cancel());
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const at = performance.now();
      text += decoder.decode(value, { stream: true });
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const event = /^event: (.*)$/m.exec(message)?.[1];
        const player = /"player":"([^"]*)"/.exec(message)?.[1];
        if (event !== undefined && player !== undefined) this.#seen.set(`${event} ${player}`, at);
      }
    }
  }
}
