import { pathToFileURL } from 'node:url';
import { type GatewayProcess, startProcess } from '../../../packages/gateway/src/testing/gateway-process.ts';
import { descendantsOf, forget, isStopped, keepTrackOf, rssOf, runs, send } from './processes.ts';
import { freePort, sleep, until } from './time.ts';

export type GatewayOptions = {
  databaseUrl: string;
  folder: string;
  /** Names in ../teeth of what is loaded before the gateway, to break it. */
  broken?: readonly string[];
  env?: Record<string, string>;
  /** Processes that serve; one where left out. */
  workers?: number;
};

type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A real gateway process at one address for all its lives, started again when it ends, as a supervisor would. */
export class Gateway {
  readonly url: string;
  readonly #options: GatewayOptions;
  readonly #port: number;
  #process: GatewayProcess | undefined;
  #wanted = false;
  #ready = false;
  /** How each life ended that we had killed. */
  readonly killed: Exit[] = [];
  /** Lives that ended by themselves after they had been ready: none should. */
  readonly died: string[] = [];

  private constructor(port: number, options: GatewayOptions) {
    this.#port = port;
    this.#options = options;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(await freePort(), options);
    await gateway.start();
    return gateway;
  }

  get pid(): number {
    return this.#process?.child.pid ?? 0;
  }

  get rss(): number {
    return rssOf(this.pid);
  }

  /** What it wrote in this life. */
  get said(): readonly string[] {
    return this.#process?.said ?? [];
  }

  /** Resolves when it is ready, however many starts that takes. */
  async start(): Promise<void> {
    this.#wanted = true;
    this.#launch();
    if (!(await until(() => this.#ready, 60_000)))
      throw new Error(`A gateway did not become ready:\n${this.said.slice(-20).join('\n')}`);
  }

  #launch(): void {
    const { databaseUrl, folder, broken = [], env = {}, workers = 1 } = this.#options;
    const imports = broken.map((name) => {
      const file = pathToFileURL(`${import.meta.dirname}/../teeth/${name}.ts`);
      return `--import=${file.href}`;
    });
    const args = workers > 1 ? ['serve', '--workers', String(workers)] : ['serve'];
    const life = startProcess(args, {
      DATABASE_URL: databaseUrl,
      CRMBET_FOLDER: folder,
      PORT: String(this.#port),
      LOG_LEVEL: 'error',
      ...(imports.length === 0 ? {} : { NODE_OPTIONS: imports.join(' ') }),
      ...env,
    });
    this.#process = life;
    this.#ready = false;
    keepTrackOf(life.child.pid);
    const seen = life.ready().then(
      () => {
        this.#ready = this.#process === life;
        return true;
      },
      () => false,
    );
    void life.exited.then(async (exit) => {
      forget(life.child.pid);
      const wasReady = await seen;
      if (this.#process === life) this.#ready = false;
      if (!this.#wanted) return;
      // Without a database a start fails, and is made again.
      if (wasReady) this.died.push(`${JSON.stringify(exit)}: ${life.said.slice(-5).join(' | ')}`);
      await sleep(200);
      if (this.#wanted && this.#process === life) this.#launch();
    });
  }

  /** kill -9 of the process, or of the one named (a worker). Stays down until `start`. */
  async kill(): Promise<number> {
    const life = this.#process;
    const pid = this.pid;
    const below = descendantsOf(pid);
    this.#wanted = false;
    send(pid, 'SIGKILL');
    if (life !== undefined) this.killed.push(await life.exited);
    // Workers notice that they are alone; a new life needs their port.
    if (!(await until(() => ![pid, ...below].some(runs), 15_000)))
      throw new Error('The workers of a killed gateway run on');
    return pid;
  }

  /** SIGTERM; resolves with how it ended. */
  async terminate(): Promise<Exit> {
    this.#wanted = false;
    const life = this.#process;
    if (life === undefined) return { code: null, signal: null };
    send(this.pid, 'SIGTERM');
    return await life.exited;
  }

  /** Holds the process still for a while: to its clients it is there and says nothing. Answers whether it stood still. */
  async freeze(ms: number): Promise<boolean> {
    const pids = [this.pid, ...descendantsOf(this.pid)];
    for (const pid of pids) send(pid, 'SIGSTOP');
    const stood = await until(() => pids.every(isStopped), 2000);
    await sleep(ms);
    for (const pid of pids) send(pid, 'SIGCONT');
    return stood;
  }

  async stop(): Promise<void> {
    if (!this.#wanted) return;
    const life = this.#process;
    const ended = this.terminate();
    if (await Promise.race([ended.then(() => true), sleep(15_000).then(() => false)])) return;
    send(this.pid, 'SIGKILL');
    await life?.exited;
  }
}
