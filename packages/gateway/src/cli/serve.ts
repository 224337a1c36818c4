import { createApp } from '../app.ts';
import type { Config } from '../config/config.ts';
import { createLogger } from '../observability/logger.ts';
import { createServices, type Running } from '../services/create-services.ts';
import type { Lifetime } from './lifetime.ts';
import { listen } from './listen.ts';
import { openStore } from './open-store.ts';

export type Gateway = Running & { url: string };

/**
 * Opens the port, the database and everything behind the API, each with its undoing noted on the lifetime. The API is served
 * from the moment this resolves.
 */
export async function startGateway(
  config: Config,
  lifetime: Lifetime,
  options: {
    say(line: string): void;
    /** Serves what is no path of the API. */
    fallback?: (request: Request) => Promise<Response>;
  },
): Promise<Gateway> {
  const log = createLogger(config.logLevel);
  const listening = await listen(config);
  // Ends last: whoever asks while we stop gets an answer.
  await lifetime.onEnd(() => listening.close());
  const store = await openStore(config, { log: options.say });
  await lifetime.onEnd(() => store.close());
  lifetime.signal.throwIfAborted();
  const running = await createServices({
    databaseUrl: store.url,
    threads: config.threads,
    deadLetters: config.deadLetters,
    retention: config.retention,
    log,
  });
  await lifetime.onEnd(() => running.stop());
  const { fallback } = options;
  const app = createApp({
    services: running.services,
    metrics: running.metrics,
    log,
    ...(fallback === undefined ? {} : { fallback }),
  });
  listening.serve((request) => app.fetch(request));
  // Undone first: say that we are leaving, end the streams, answer what is being asked, and only then close what answers need.
  await lifetime.onEnd(async () => {
    running.services.health.drain();
    running.services.uploads.drain();
    running.services.stream.closeAll();
    await listening.close();
  });
  return { ...running, url: listening.url };
}
