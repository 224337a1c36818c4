import cluster from 'node:cluster';
import { type Config, readConfig } from '../../config/config.ts';
import type { Running } from '../../services/create-services.ts';
import { sentenceOf } from '../failure.ts';
import type { Lifetime } from '../lifetime.ts';
import { startBackground, startGateway } from '../serve.ts';
import { Assignment, type FromWorker, ToWorker } from './messages.ts';

/** How long a page of metrics waits for the other processes. */
const patienceMs = 2000;

/** The life of a process that a primary started: it is told what to be, and ends when it is told to, or with the primary. */
export async function runWorker(lifetime: Lifetime): Promise<void> {
  const assignment = await hear(Assignment);
  const metrics = new MetricsOfAll();
  let gateway: Running | undefined;
  process.on('message', (raw) => {
    const message = ToWorker.safeParse(raw).data;
    if (message?.kind === 'metrics told') metrics.told(message.ask, message.text);
    else if (message?.kind === 'catch up') gateway?.catchUp();
    else if (message?.kind === 'metrics asked')
      void (gateway?.metrics.text() ?? Promise.resolve('')).then((text) =>
        say({ kind: 'metrics told', ask: message.ask, text }),
      );
  });
  const options = {
    say: (line: string) => process.stderr.write(`${line}\n`),
    member: { name: assignment.name, metricsText: () => metrics.ask() },
  };
  const config = configOf(assignment);
  try {
    if (assignment.listens) {
      const { url, ...running } = await startGateway(config, lifetime, options);
      gateway = running;
      say({ kind: 'ready', url });
    } else {
      gateway = await startBackground(config, lifetime, options);
      say({ kind: 'ready' });
    }
  } catch (error) {
    // The primary says it, once, and ends us.
    if (!lifetime.signal.aborted) say({ kind: 'failed', sentence: sentenceOf(error) });
  }
}

/** What the environment says is said to every process; what differs was assigned. */
function configOf({ databaseUrl, role, port }: Assignment): Config {
  return { ...readConfig(process.env, process.cwd()), databaseUrl, role, port };
}

function say(message: FromWorker): void {
  // A primary that is gone ends us by that; nobody is left to hear.
  if (cluster.worker?.isConnected()) process.send?.(message, undefined, undefined, () => {});
}

function hear(schema: typeof Assignment): Promise<Assignment> {
  return new Promise((resolve) => {
    const listener = (raw: unknown) => {
      const parsed = schema.safeParse(raw);
      if (!parsed.success) return;
      process.off('message', listener);
      resolve(parsed.data);
    };
    process.on('message', listener);
  });
}

/** Asks the primary for the metrics of all processes. */
class MetricsOfAll {
  readonly #waiting = new Map<number, (text: string) => void>();
  #asked = 0;

  async ask(): Promise<string> {
    this.#asked += 1;
    const ask = this.#asked;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#waiting.set(ask, resolve);
        setTimeout(reject, patienceMs, new Error('the primary process does not answer')).unref();
        say({ kind: 'metrics asked', ask });
      });
    } finally {
      this.#waiting.delete(ask);
    }
  }

  told(ask: number, text: string): void {
    this.#waiting.get(ask)?.(text);
  }
}
