import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pidInUse } from './process-identity.ts';
import { canRun, chooseUser } from './run-as.ts';
import { findRuntime } from './runtime.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';

const root = process.getuid?.() === 0;
const linux = process.platform === 'linux';

let base: string;
let folder: string;
let elsewhere: string;
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(await realpath(tmpdir()), 'crmbet-pg-'));
  await chmod(base, 0o755);
  folder = join(base, 'data');
  elsewhere = join(base, 'elsewhere');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of running.splice(0)) await server.stop();
  await rm(base, { recursive: true, force: true, maxRetries: 5 });
});

async function start(log?: (line: string) => void): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, elsewhere, ...(log && { log }) });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    return [...(await client.unsafe(text))];
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Starts the server from another process, in a process group of its own, and answers what it has started. */
async function startInChild(before = ''): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const child = spawnStart(before);
  for await (const text of child.stdout ?? []) {
    const value: unknown = JSON.parse(String(text));
    if (typeof value === 'object' && value !== null && 'url' in value && 'pid' in value) {
      return { child, url: String(value.url), pid: Number(value.pid) };
    }
    throw new Error(`the child could not start: ${text}`);
  }
  throw new Error('the child said nothing');
}

function spawnStart(before: string): ChildProcess {
  const module = new URL('./start-embedded-postgres.ts', import.meta.url).href;
  const code = `
    import { startEmbeddedPostgres } from ${JSON.stringify(module)};
    ${before}
    try {
      const { url, pid } = await startEmbeddedPostgres(${JSON.stringify({ folder, elsewhere })});
      console.log(JSON.stringify({ url, pid }));
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(JSON.stringify({ code: error.code, message: error.message }));
    }`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  children.push(child);
  return child;
}

const gone = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

describe('startEmbeddedPostgres', () => {
  it('makes a database that is durable, in UTC, and keeps it for the next start', async () => {
    const first = await start();
    expect(first.recovered).toBe(false);
    await query(first.url, 'create table kept (n int); insert into kept values (7)');
    const [settings] = await query(
      first.url,
      `select current_setting('TimeZone') as zone, current_setting('fsync') as fsync,
         current_setting('synchronous_commit') as commit, current_setting('server_version') as version,
         current_setting('unix_socket_directories') as sockets, current_setting('server_encoding') as encoding,
         current_setting('listen_addresses') as addresses, current_database() as database`,
    );
    expect(settings).toMatchObject({
      zone: 'UTC',
      fsync: 'on',
      commit: 'on',
      version: expect.stringMatching(/^18\./),
      sockets: '',
      encoding: 'UTF8',
      addresses: '127.0.0.1',
      database: 'crmbet',
    });
    await first.stop();
    await first.stop();
    expect(pidInUse(first.pid)).toBe(false);
    expect(existsSync(join(folder, 'lock'))).toBe(false);

    const second = await start();
    expect(second.recovered).toBe(false);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('lets nobody in without the password, and listens on one address only', async () => {
    const server = await start();
    expect((await stat(join(folder, 'postgres.password'))).mode & 0o777).toBe(0o600);
    await expect(query(server.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    const rules = await query(server.url, 'select distinct auth_method from pg_hba_file_rules');
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
    const reach = (host: string) =>
      new Promise((resolve) => {
        const socket = connect({ host, port: server.port });
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      });
    expect(await reach('127.0.0.1')).toBe(true);
    expect(await reach('::1')).toBe(false);
    // The whole of 127/8 leads to this machine on Linux: a server on every address would answer here.
    if (linux) expect(await reach('127.0.0.2')).toBe(false);
  });

  it('refuses a second start on the same folder with a sentence', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({
      code: 'data_folder_locked',
      message: expect.stringContaining(`${folder} is in use by another process (pid ${process.pid})`),
    });
    await expect(startInChild()).rejects.toThrow('data_folder_locked');
  });

  it('takes over after its own process group was killed: the orphan is stopped, what was committed is there', async () => {
    const { child, url, pid } = await startInChild();
    await query(url, 'create table kept (n int); insert into kept values (7)');
    const ended = gone(child);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    // Proof of the fault: the server has outlived the process that started it, and so has the lock.
    expect(pidInUse(pid)).toBe(true);
    expect(existsSync(join(folder, 'lock'))).toBe(true);

    const said: string[] = [];
    const server = await start((line) => said.push(line));
    expect(server.recovered).toBe(true);
    expect(said.join()).toContain(`pid ${pid}`);
    expect(server.pid).not.toBe(pid);
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 7 }]);
    // Stopped cleanly, not killed: nothing had to be recovered from the write-ahead log.
    const log = await readFile(join(folder, 'postgres.log'), 'utf8');
    expect(log).not.toContain('automatic recovery in progress');
  });

  it('recovers after the server was killed', async () => {
    const first = await start();
    await query(first.url, 'create table kept (n int); insert into kept values (7)');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
    await first.stop();
    expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(true);

    const second = await start();
    expect(second.recovered).toBe(true);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toContain('automatic recovery in progress');
  });

  it('is not fooled by a stale pid file whose pid another process has now', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    const user = await chooseUser(join(folder, 'postgres'));
    const innocent = spawn('sleep', ['60'], {
      stdio: 'ignore',
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    children.push(innocent);
    const pidFile = join(folder, 'postgres', 'postmaster.pid');
    await writeFile(pidFile, (await readFile(pidFile, 'utf8')).replace(/^\d+/, String(innocent.pid)));

    const second = await start();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
  });

  it('starts over when it was killed while making the database', async () => {
    const child = spawnStart('');
    const staging = async () =>
      (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('postgres.new-'));
    // Proof of the fault: some of the new database is there, the whole is not.
    while (!(await staging()).some((name) => existsSync(join(folder, name, 'data', 'PG_VERSION'))))
      await sleep(5);
    const ended = gone(child);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(join(folder, 'postgres'))).toBe(false);

    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await staging()).toEqual([]);
  });

  it('moves a half-made data folder aside and starts with an empty one', async () => {
    await mkdir(join(folder, 'postgres'), { recursive: true });
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '18\n');
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(folder)).filter((name) => name.startsWith('postgres.incomplete-'))).toHaveLength(1);
  });

  it('says so when the data is of another major version', async () => {
    await (await start()).stop();
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      code: 'data_folder_version',
      message: expect.stringContaining('was written by PostgreSQL 17, and this is PostgreSQL 18'),
    });
    // The refusal has not left the folder locked.
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '18\n');
    expect((await start()).recovered).toBe(false);
  });

  it('says so when the password file is gone', async () => {
    await (await start()).stop();
    await rm(join(folder, 'postgres.password'));
    await expect(start()).rejects.toMatchObject({ code: 'password_missing' });
  });

  it('says so when the folder cannot be made', async () => {
    await writeFile(join(base, 'file'), '');
    folder = join(base, 'file', 'data');
    await expect(start()).rejects.toMatchObject({
      code: 'data_folder_not_writable',
      message: expect.stringContaining(folder),
    });
  });

  it.skipIf(!linux)('says so when the folder may not be written', async () => {
    await mkdir(folder, { mode: 0o555 });
    // Root may write anywhere: give that up first.
    const before = root ? 'process.setgid(65534); process.setuid(65534);' : '';
    await expect(startInChild(before)).rejects.toThrow('data_folder_not_writable');
  });

  it('shows the end of the log when the server does not start', async () => {
    await (await start()).stop();
    await writeFile(join(folder, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(start()).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('unrecognized configuration parameter "no_such_setting"'),
    });
  });

  it.skipIf(!root)(
    'as root, in a folder closed to others: keeps data and programs where its user can reach them',
    async () => {
      await mkdir(folder, { mode: 0o700 });
      const closed = folder;
      folder = join(closed, '.crmbet');
      const said: string[] = [];
      const first = await start((line) => said.push(line));
      expect((await lstat(join(folder, 'postgres'))).isSymbolicLink()).toBe(true);
      const dataDir = await realpath(join(folder, 'postgres'));
      expect(dataDir.startsWith(`${elsewhere}/`)).toBe(true);
      expect(said.join()).toContain(dataDir);
      expect((await stat(dataDir)).uid).not.toBe(0);
      await query(first.url, 'create table kept (n int); insert into kept values (7)');
      await first.stop();
      const second = await start();
      expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
    },
  );

  it.skipIf(!root)('as a normal user: plainly in the folder', async (context) => {
    const user = { uid: 65534, gid: 65534, name: 'nobody' };
    if (!(await canRun(await findRuntime(), user))) context.skip('this clone is closed to other users');
    await mkdir(folder);
    await chown(folder, user.uid, user.gid);
    const { url } = await startInChild(`process.setgid(${user.gid}); process.setuid(${user.uid});`);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const data = await lstat(join(folder, 'postgres'));
    expect([data.isDirectory(), data.uid]).toEqual([true, user.uid]);
    // Root takes over what a user began, as that user.
    for (const child of children.splice(0)) {
      const ended = gone(child);
      child.kill('SIGKILL');
      await ended;
    }
    const server = await start();
    expect(server.recovered).toBe(true);
    expect((await stat(`/proc/${server.pid}`)).uid).toBe(user.uid);
  });
});
