import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Registry } from '@prometheus-io/client';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { migrate } from '../../db/migrate.ts';
import { createLogger } from '../../observability/logger.ts';
import type { Lifetime } from '../lifetime.ts';
import { listen } from '../listen.ts';
import { openStore } from '../open-store.ts';
import { connectionWarning } from './connection-warning.ts';
import { Handovers } from './handovers.ts';
import { mergeMetrics } from './merge-metrics.ts';
import { type Assignment, FromWorker, type ToWorker } from './messages.ts';
import { RestartDelay } from './restart-delay.ts';
import { WorkerFailure } from './worker-failure.ts';

/** A worker answers what it has begun within 10 s; who has not ended then is ended. */
const drainMs = 12_000;
const backgroundDrainMs = 8000;
/** How long a page of metrics waits for one process. */
const metricsMs = 1000;

type Post = {
  assignment: Assignment;
  delay: RestartDelay;
  worker: Worker | undefined;
  startedAt: number;
  restart: NodeJS.Timeout | undefined;
  /** Resolves when it has said that it is ready the first time, with its address. */
  firstReady: PromiseWithResolvers<string | undefined>;
};

/**
 * The process that supervises: opens the database once, migrates once, starts the others and replaces who dies. It answers no
 * requests itself.
 * @returns the address that all listen at
 */
export async function runPrimary(
  config: Config,
  lifetime: Lifetime,
  tell: { say(line: string): void },
): Promise<string | undefined> {
  // Before anything slow is begun: a port in use is said at once, and who comes early is asked for patience.
  const doorkeeper = await listen(config);
  await lifetime.onEnd(() => doorkeeper.close());
  const store = await openStore(config, { log: tell.say });
  await lifetime.onEnd(() => store.close());
  lifetime.signal.throwIfAborted();
  await migrate(store.url);
  const assignments = assignmentsOf(config, {
    databaseUrl: store.url,
    port: Number(new URL(doorkeeper.url).port),
  });
  const warning = await connectionWarning(store.url, assignments.length, config.connections);
  if (warning !== undefined) tell.say(warning);
  await doorkeeper.close();
  const primary = new Primary(createLogger(config.logLevel));
  await lifetime.onEnd(() => primary.stop());
  return await primary.start(assignments, lifetime.signal);
}

/** Who does what: several answer requests, and where there are several, one more does what is done in the background. */
export function assignmentsOf(
  { role, workers }: Pick<Config, 'role' | 'workers'>,
  shared: Pick<Assignment, 'databaseUrl' | 'port'>,
): Assignment[] {
  const kind = role === 'worker' ? 'worker' : 'api';
  const posts: Assignment[] = Array.from({ length: workers }, (_, at) => ({
    kind: 'start',
    name: `${kind}-${at + 1}`,
    role: kind,
    listens: true,
    ...shared,
  }));
  if (role === 'all')
    posts.push({ kind: 'start', name: 'background', role: 'worker', listens: false, ...shared });
  return posts;
}

class Primary {
  readonly #log: Logger;
  readonly #posts: Post[] = [];
  readonly #handovers = new Handovers();
  readonly #registry = new Registry();
  readonly #restarts: Counter<'of'>;
  readonly #asking = new Map<number, (text: string) => void>();
  #asked = 0;
  #isStarted = false;
  #stopping = false;

  constructor(log: Logger) {
    this.#log = log;
    this.#registry.setDefaultLabels({ process: 'primary' });
    collectDefaultMetrics({ register: this.#registry });
    this.#restarts = new Counter({
      name: 'crmbet_process_restarts_total',
      help: 'Processes that ended unasked and were replaced',
      labelNames: ['of'],
      registers: [this.#registry],
    });
    const posts = this.#posts;
    new Gauge({
      name: 'crmbet_processes',
      help: 'Processes that this gateway runs now, without the primary',
      registers: [this.#registry],
      collect() {
        this.set(posts.filter(({ worker }) => worker !== undefined).length);
      },
    });
  }

  async start(assignments: readonly Assignment[], signal: AbortSignal): Promise<string | undefined> {
    for (const assignment of assignments) {
      const post: Post = {
        assignment,
        delay: new RestartDelay(),
        worker: undefined,
        startedAt: 0,
        restart: undefined,
        firstReady: Promise.withResolvers(),
      };
      this.#posts.push(post);
      this.#restarts.inc({ of: assignment.name }, 0);
      this.#fork(post);
    }
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const ready = Promise.all(this.#posts.map(({ firstReady }) => firstReady.promise));
    const urls = await Promise.race([ready, aborted]);
    this.#isStarted = true;
    return urls.find((url) => url !== undefined);
  }

  /** Those who answer first: what they hand over at their end is still taken. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { restart } of this.#posts) clearTimeout(restart);
    await this.#end('api', drainMs);
    await this.#end('worker', backgroundDrainMs);
  }

  async #end(role: 'api' | 'worker', patienceMs: number): Promise<void> {
    const workers = this.#posts.flatMap(({ assignment, worker }) =>
      worker !== undefined && assignment.role === role ? [worker] : [],
    );
    const gone = Promise.all(workers.map(exited));
    for (const worker of workers) worker.process.kill('SIGTERM');
    const patience = new AbortController();
    const late = sleep(patienceMs, true, { signal: patience.signal }).catch(() => false);
    if (await Promise.race([gone.then(() => false), late])) {
      for (const worker of workers) if (!worker.isDead()) worker.process.kill('SIGKILL');
      await gone;
    }
    patience.abort();
  }

  #fork(post: Post): void {
    const worker = cluster.fork();
    this.#handovers.watch(worker);
    post.worker = worker;
    post.startedAt = performance.now();
    worker.on('message', (raw: unknown) => {
      const message = FromWorker.safeParse(raw);
      if (message.success) this.#hear(post, worker, message.data);
    });
    // A message to one that has just died fails; its exit is what counts.
    worker.on('error', () => {});
    worker.once('exit', (code, signal) => this.#replace(post, signal ?? `code ${code}`));
    tell(worker, post.assignment);
  }

  #hear(post: Post, worker: Worker, message: FromWorker): void {
    if (message.kind === 'ready') post.firstReady.resolve(message.url);
    else if (message.kind === 'metrics told') this.#asking.get(message.ask)?.(message.text);
    else if (message.kind === 'metrics asked')
      void this.#metrics().then((text) => tell(worker, { kind: 'metrics told', ask: message.ask, text }));
    else {
      post.firstReady.reject(new WorkerFailure(message.sentence));
      if (!this.#stopping) this.#log.error({ process: post.assignment.name }, message.sentence);
      worker.process.kill('SIGTERM');
    }
  }

  #replace(post: Post, how: string): void {
    post.worker = undefined;
    const { name } = post.assignment;
    if (this.#stopping) return;
    if (!this.#isStarted) {
      post.firstReady.reject(new WorkerFailure(`The process ${name} ended (${how}) before it was ready.`));
      return;
    }
    const delayMs = post.delay.next(performance.now() - post.startedAt);
    this.#log.error({ process: name, how, delayMs }, 'a process ended unasked and is replaced');
    this.#restarts.inc({ of: name });
    post.restart = setTimeout(() => this.#fork(post), delayMs);
    // What it had stored and not handed over yet is found at once, instead of when its silence is noticed.
    for (const { worker, assignment } of this.#posts)
      if (worker !== undefined && assignment.role === 'worker') tell(worker, { kind: 'catch up' });
  }

  async #metrics(): Promise<string> {
    const pages = this.#posts.map(({ worker }) => (worker === undefined ? '' : this.#metricsOf(worker)));
    return mergeMetrics(await Promise.all([this.#registry.metrics(), ...pages]));
  }

  /** Nothing where it does not answer: the others' are worth having. */
  async #metricsOf(worker: Worker): Promise<string> {
    this.#asked += 1;
    const ask = this.#asked;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#asking.set(ask, resolve);
    const late = setTimeout(resolve, metricsMs, '');
    tell(worker, { kind: 'metrics asked', ask });
    const text = await promise;
    clearTimeout(late);
    this.#asking.delete(ask);
    return text;
  }
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}

const exited = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    if (worker.isDead()) resolve();
    else worker.once('exit', () => resolve());
  });
