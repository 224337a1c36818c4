import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** How long a start or a stop may take before it counts as failed. */
const limitMs = 300_000;

export type Started = {
  readonly readySeconds: number;
  readonly url: string;
  /** Asks npm to end, as an operator's process manager would, and waits for it. */
  stop(): Promise<void>;
};

/**
 * Runs `npm start` until it says that it is ready.
 * @throws Error with the last lines of its output, when it ends or stalls before that
 */
export async function start(folder: string, port: number): Promise<Started> {
  const began = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    env: { ...process.env, CRMBET_FOLDER: folder, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const tail: string[] = [];
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        tail.push(line);
        tail.splice(0, tail.length - 20);
        const url = /^ready (http\S+)$/.exec(line.trim())?.[1];
        if (url) resolve(url);
      });
    }
  });
  const ended = exited.then(() => undefined);
  const url = await within(Promise.race([ready, ended]));
  if (!url) {
    await stop(child, exited);
    throw new Error(`npm start did not become ready. Its last lines:\n${tail.join('\n')}`);
  }
  const readySeconds = (performance.now() - began) / 1000;
  return { readySeconds, url, stop: () => stop(child, exited) };
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const ended = await within(exited.then(() => true));
  if (!ended) throw new Error(`npm start did not end within ${limitMs / 1000} s of SIGTERM.`);
}

async function within<T>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
