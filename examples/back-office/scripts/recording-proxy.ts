import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Recorded = { method: string; url: string; bodyBytes: number };

export type RecordingProxy = {
  port: number;
  /** Everything that the browser asked for, in any way, of anybody, in the order in which it came. */
  requests: Recorded[];
  stop(): Promise<void>;
};

/**
 * A proxy that a browser is told to use for everything, this machine included: whatever leaves it, be it from a page, a worker,
 * a beacon or a socket, arrives here. `answer` serves what goes to `origin`; nothing else is let through.
 */
export async function startRecordingProxy(
  origin: string,
  answer: (request: Request) => Promise<Response>,
): Promise<RecordingProxy> {
  const requests: Recorded[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = await bytesOf(incoming);
    const { method = 'GET', url = '' } = incoming;
    requests.push({ method, url, bodyBytes: body.length });
    if (!url.startsWith(`${origin}/`)) return void outgoing.writeHead(502).end();
    const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    );
    const response = await answer(new Request(url, { method, headers, ...(body.length > 0 && { body }) }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) return void outgoing.end();
    for await (const chunk of response.body) outgoing.write(chunk);
    outgoing.end();
  });
  // A socket, or anything encrypted, is asked for like this.
  server.on('connect', ({ url = '' }: IncomingMessage, socket) => {
    requests.push({ method: 'CONNECT', url, bodyBytes: 0 });
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  server.on('upgrade', ({ url = '' }: IncomingMessage, socket) => {
    requests.push({ method: 'UPGRADE', url, bodyBytes: 0 });
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
