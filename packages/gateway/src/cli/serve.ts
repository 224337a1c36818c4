import type { Logger } from 'pino';
import { createApp, maxBodyBytes } from '../app.ts';
import type { Config } from '../config/config.ts';
import { createLogger } from '../observability/logger.ts';
import { directEvents } from '../routes/events/direct-events.ts';
import { createServices, type Running } from '../services/create-services.ts';
import { createWorkerApp } from '../worker-app.ts';
import type { Lifetime } from './lifetime.ts';
import { listen } from './listen.ts';
import { openStore } from './open-store.ts';

export type Gateway = Running & { url: string };

/** A process beside others that one primary started: the primary has opened the database and brought its schema up to date. */
export type Member = {
  /** For metrics. */
  name: string;
  /** The metrics of all of them. */
  metricsText(): Promise<string>;
};

type Options = {
  say(line: string): void;
  /** Serves what is no path of the API. */
  fallback?: (request: Request) => Promise<Response>;
  member?: Member;
};

/**
 * Opens the port, the database and everything behind the API, each with its undoing noted on the lifetime. The API is served
 * from the moment this resolves; by a gateway that only works in the background, whether it lives.
 */
export async function startGateway(config: Config, lifetime: Lifetime, options: Options): Promise<Gateway> {
  const log = logOf(config, options.member);
  const listening = await listen(config);
  // Ends last: whoever asks while we stop gets an answer.
  await lifetime.onEnd(() => listening.close());
  const running = await openServices(config, lifetime, options, log);
  const { fallback, member } = options;
  const appOptions = {
    services: running.services,
    metrics: running.metrics,
    log,
    ...(member === undefined ? {} : { metricsText: () => member.metricsText() }),
    ...(fallback === undefined ? {} : { fallback }),
  };
  const isWorker = config.role === 'worker';
  const app = isWorker ? createWorkerApp(appOptions) : createApp(appOptions);
  const direct = isWorker ? undefined : await directEvents({ ...appOptions, app, maxBodyBytes });
  listening.serve((request) => app.fetch(request), direct);
  // Undone first: say that we are leaving, end the streams, answer what is being asked, and only then close what answers need.
  await lifetime.onEnd(async () => {
    running.services.health.drain();
    running.services.uploads.drain();
    running.services.stream.closeAll();
    await listening.close();
  });
  return { ...running, url: listening.url };
}

/** As startGateway, without a port: for what is done in the background beside processes that answer. */
export async function startBackground(
  config: Config,
  lifetime: Lifetime,
  options: Options,
): Promise<Running> {
  return await openServices(config, lifetime, options, logOf(config, options.member));
}

/** Lines of one process among several say whose they are. */
function logOf({ logLevel }: Config, member: Member | undefined): Logger {
  const log = createLogger(logLevel);
  return member === undefined ? log : log.child({ process: member.name });
}

async function openServices(
  config: Config,
  lifetime: Lifetime,
  { say, member }: Options,
  log: Logger,
): Promise<Running> {
  const store = await openStore(config, { log: say });
  await lifetime.onEnd(() => store.close());
  lifetime.signal.throwIfAborted();
  const running = await createServices({
    databaseUrl: store.url,
    role: config.role,
    connections: config.connections,
    replicas: config.replicas,
    migrated: member !== undefined,
    threads: config.threads,
    deadLetters: config.deadLetters,
    retention: config.retention,
    uploadLimits: config.uploads,
    log,
  });
  await lifetime.onEnd(() => running.stop());
  if (member !== undefined) running.metrics.registry.setDefaultLabels({ process: member.name });
  return running;
}
