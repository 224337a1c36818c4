import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../../packages/gateway/src/db/database.ts';
import { databaseUrl, ensureDatabase } from '../../../packages/gateway/src/db/embedded/database.ts';
import { initialise } from '../../../packages/gateway/src/db/embedded/initialise.ts';
import { loadPassword } from '../../../packages/gateway/src/db/embedded/password.ts';
import {
  placeData,
  placeRuntime,
  prepareFolder,
  systemFolder,
} from '../../../packages/gateway/src/db/embedded/placement.ts';
import { chooseUser, ids, type RunAs } from '../../../packages/gateway/src/db/embedded/run-as.ts';
import { findRuntime, program, type Runtime } from '../../../packages/gateway/src/db/embedded/runtime.ts';
import { serverSettings } from '../../../packages/gateway/src/db/embedded/settings.ts';
import { descendantsOf, forget, isStopped, keepTrackOf, runs, send } from './processes.ts';
import { freePort, sleep, until } from './time.ts';

type Place = { dataDir: string; runtime: Runtime; user: RunAs; password: string; port: number };

/** A PostgreSQL of the suite's own, at one port for all its lives, that can be killed, stalled and started again. */
export class Cluster {
  readonly #place: Place;
  readonly #logFile: string;
  readonly #settings: Record<string, string>;
  #pid = 0;
  #exited: Promise<unknown> = Promise.resolve();
  /** How many times it was killed. */
  kills = 0;

  private constructor(place: Place, logFile: string, settings: Record<string, string>) {
    this.#place = place;
    this.#logFile = logFile;
    this.#settings = settings;
  }

  /** @param settings beside the ones that our own server always has */
  static async make(path: string, settings: Record<string, string> = {}): Promise<Cluster> {
    const folder = await prepareFolder(path);
    const user = await chooseUser(join(folder, 'postgres'));
    const where = { folder, runtime: await findRuntime(), user, elsewhere: systemFolder, log: () => {} };
    const runtime = await placeRuntime(where);
    const dataDir = await placeData(where);
    const password = await loadPassword(folder, true);
    await initialise({ dataDir, runtime, user, password });
    const place = { dataDir, runtime, user, password, port: await freePort() };
    const cluster = new Cluster(place, `${folder}.log`, settings);
    await cluster.start();
    await ensureDatabase(place.port, password);
    return cluster;
  }

  get pid(): number {
    return this.#pid;
  }

  get running(): boolean {
    return this.#pid > 0 && runs(this.#pid);
  }

  url(database = 'crmbet'): string {
    const url = new URL(databaseUrl(this.#place.port, this.#place.password));
    url.pathname = `/${database}`;
    return url.href;
  }

  async createDatabase(name: string): Promise<string> {
    await this.run(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** Runs statements of ours on a connection of their own. */
  async run(statement: string, database?: string): Promise<void> {
    const db = connect(this.url(database), { max: 1 });
    try {
      await db.sql.unsafe(statement);
    } finally {
      await db.close();
    }
  }

  /** Resolves when it takes connections; throws with the end of its log when it does not within a minute. */
  async start(): Promise<void> {
    const end = performance.now() + 60_000;
    while (performance.now() < end) {
      this.#launch();
      if (await this.#becomesReady(end)) return;
      // What is left of the last life holds the shared memory for a moment.
      await sleep(200);
    }
    throw new Error(`PostgreSQL did not start:\n${this.log().slice(-2000)}`);
  }

  #launch(): void {
    const { dataDir, runtime, user, port } = this.#place;
    const settings = Object.entries({ ...serverSettings(port), ...this.#settings });
    const output = openSync(this.#logFile, 'a', 0o600);
    const child = spawn(
      program(runtime, 'postgres'),
      ['-D', dataDir, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        stdio: ['ignore', output, output],
        cwd: dataDir,
        env: { ...process.env, LC_ALL: 'C', LANG: 'C', TZ: 'UTC' },
        ...ids(user),
      },
    );
    closeSync(output);
    this.#pid = child.pid ?? 0;
    keepTrackOf(child.pid);
    this.#exited = once(child, 'exit').then(() => forget(child.pid));
  }

  #becomesReady(end: number): Promise<boolean> {
    const file = join(this.#place.dataDir, 'postmaster.pid');
    const lines = () => {
      try {
        return readFileSync(file, 'utf8').split('\n');
      } catch {
        return [];
      }
    };
    let ready = false;
    return until(() => {
      const [pid, , , , , , , state] = lines();
      ready = Number(pid) === this.#pid && state?.trim() === 'ready';
      return ready || !this.running;
    }, end - performance.now()).then(() => ready);
  }

  /** kill -9 of the postmaster and of every process below it. Answers the pids that are gone. */
  async kill(): Promise<number[]> {
    const all = [this.#pid, ...descendantsOf(this.#pid)];
    for (const pid of all) send(pid, 'SIGKILL');
    await this.#exited;
    if (!(await until(() => all.every((pid) => !runs(pid)), 10_000)))
      throw new Error(`PostgreSQL's processes outlive kill -9: ${all.filter(runs).join(', ')}`);
    this.kills += 1;
    return all;
  }

  /** Stops every process of it where it stands, as a disk or a machine that hangs would. Answers the pids that stand still. */
  async stall(): Promise<number[]> {
    // A child may be forked while we look.
    send(this.#pid, 'SIGSTOP');
    await until(() => isStopped(this.#pid), 5000);
    const all = [this.#pid, ...descendantsOf(this.#pid)];
    for (const pid of all) send(pid, 'SIGSTOP');
    await until(() => all.every(isStopped), 5000);
    return all.filter(isStopped);
  }

  resume(): void {
    for (const pid of [...descendantsOf(this.#pid), this.#pid]) send(pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    send(this.#pid, 'SIGINT');
    if (await until(() => !this.running, 20_000)) return;
    await this.kill();
  }

  log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** How many times its log says that it has recovered from a crash. */
  recoveries(): number {
    return this.log().split('automatic recovery in progress').length - 1;
  }
}
