import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { connect } from 'amqplib';

export type RabbitmqServer = {
  url: string;
  /** Kills the broker as a crash would, and starts it again over what it has on disk. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

/** The script itself, where Debian has it: the one on the PATH there runs as the user rabbitmq, over the machine's own data. */
const debians = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const script = [
  debians,
  ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'rabbitmq-server')),
].find((file) => existsSync(file));
const startMs = 90_000;
const stopMs = 20_000;

/** Why there is no broker to test with; undefined when there is one. */
export function noRabbitmq(): string | undefined {
  if (process.env.RABBITMQ_URL || script !== undefined) return undefined;
  return 'there is no rabbitmq-server here (apt-get install rabbitmq-server), and RABBITMQ_URL names none';
}

/** The broker of RABBITMQ_URL, or one of our own: its ports, data and cookie are its own, and it ends with `stop`. */
export async function startRabbitmq(): Promise<RabbitmqServer> {
  const given = process.env.RABBITMQ_URL;
  if (given) {
    const crash = () => Promise.reject(new Error('A broker that is somebody else’s is not crashed.'));
    return { url: given, crash, stop: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), 'crmbet-rabbitmq-'));
  const [port, distPort, epmdPort] = [await freePort(), await freePort(), await freePort()];
  for (const name of ['home', 'data', 'log']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'plugins'), '[].\n');
  await writeFile(join(folder, 'env.conf'), '');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `crmbet-test-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'env.conf'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    // Schedulers that wait for work do so asleep.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
  };
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  // Erlang's port mapper outlives the broker that starts it; this one ends with us.
  const mapper = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], {
    env,
    stdio: 'ignore',
  });
  let broker = await launch(env, url);
  return {
    url,
    crash: async () => {
      await end(broker, 'SIGKILL');
      broker = await launch(env, url);
    },
    stop: async () => {
      await end(broker, 'SIGTERM');
      mapper.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function launch(env: NodeJS.ProcessEnv, url: string): Promise<ChildProcess> {
  // A group of its own: the script, the virtual machine and its helpers end together.
  const broker = spawn(script ?? debians, [], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [broker.stdout, broker.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
  }
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline && broker.exitCode === null) {
    const connection = await connect(url, { timeout: 5000 }).catch(() => undefined);
    if (connection !== undefined) {
      connection.on('error', () => {});
      await connection.close();
      return broker;
    }
    await new Promise((next) => setTimeout(next, 250));
  }
  await end(broker, 'SIGKILL');
  throw new Error(`RabbitMQ did not start within ${startMs / 1000} s:\n${said}`);
}

async function end(broker: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (broker.pid === undefined || broker.exitCode !== null || broker.signalCode !== null) return;
  const closed = once(broker, 'close');
  const force = setTimeout(() => killGroup(broker.pid, 'SIGKILL'), stopMs);
  if (signal === 'SIGKILL') killGroup(broker.pid, signal);
  else broker.kill(signal);
  await closed;
  clearTimeout(force);
  killGroup(broker.pid, 'SIGKILL');
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // All of it has ended already.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
