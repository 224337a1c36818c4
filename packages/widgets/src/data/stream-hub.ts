import { failureOf } from './failure.ts';
import type { StreamMessage } from './wire.ts';

/** `refused`: the session may not listen, and it is not tried again. */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'refused';

export type StreamListener = {
  message?(message: StreamMessage): void;
  state?(state: StreamState): void;
};

type OpenStream = (options: { player?: string; signal: AbortSignal }) => AsyncIterable<StreamMessage>;

type Channel = { listeners: Set<StreamListener>; abort: AbortController };

const firstWaitMs = 500;
const longestWaitMs = 15_000;

/**
 * One connection for all elements that watch the same thing, open as long as one of them listens.
 *
 * Browsers allow six connections to an HTTP/1.1 host, so an element never opens a stream of its own.
 */
export class StreamHub {
  readonly #open: OpenStream;
  readonly #channels = new Map<string, Channel>();
  #state: StreamState = 'connecting';

  constructor(open: OpenStream) {
    this.#open = open;
  }

  /** Listens to everything, or to one player. Answers what ends it. */
  listen(player: string | null, listener: StreamListener): () => void {
    const key = player === null ? '' : `=${player}`;
    const channel = this.#channels.get(key) ?? this.#start(key, player);
    channel.listeners.add(listener);
    listener.state?.(this.#state);
    return () => {
      channel.listeners.delete(listener);
      if (channel.listeners.size > 0 || this.#channels.get(key) !== channel) return;
      this.#channels.delete(key);
      channel.abort.abort();
    };
  }

  /** The state of the connection, told by whoever sees it; a message says `live` by itself. */
  say(state: StreamState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const channel of this.#channels.values()) {
      for (const listener of [...channel.listeners]) listener.state?.(state);
    }
  }

  #start(key: string, player: string | null): Channel {
    const channel: Channel = { listeners: new Set(), abort: new AbortController() };
    this.#channels.set(key, channel);
    void this.#run(channel, player);
    return channel;
  }

  /** A client's stream mends itself, and ends only when it cannot; then it is opened again, later each time. */
  async #run(channel: Channel, player: string | null): Promise<void> {
    const { signal } = channel.abort;
    let wait = firstWaitMs;
    while (!signal.aborted) {
      try {
        for await (const message of this.#open({ signal, ...(player === null ? {} : { player }) })) {
          if (signal.aborted) return;
          wait = firstWaitMs;
          this.say('live');
          for (const listener of [...channel.listeners]) listener.message?.(message);
        }
      } catch (error) {
        if (failureOf(error).kind === 'scope') return this.say('refused');
      }
      if (signal.aborted) return;
      this.say('reconnecting');
      await sleep(wait, signal);
      wait = Math.min(wait * 2, longestWaitMs);
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const ended = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', ended, { once: true });
  });
}
