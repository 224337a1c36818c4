/**
 * The load generator, in a process of its own: reads an order from its parent, makes all requests beforehand, says `ready`, sends them
 * on `go` over so many connections, each the next one when the last is answered, and reports.
 */
import { bodies, events, type Population } from './events.ts';
import { HttpConnection, postRequest } from './http-connection.ts';

export type Order = {
  url: string;
  key: string;
  events: number;
  perRequest: number;
  connections: number;
  population: Population;
  seed: number;
  startMs: number;
};

export type Report = {
  accepted: number;
  seconds: number;
  /** Of a request, in ms. */
  p50: number;
  p99: number;
  max: number;
  /** Processor time that the client itself took. */
  clientCpuSeconds: number;
};

async function run(order: Order): Promise<void> {
  const url = new URL(order.url);
  const { population, seed, startMs } = order;
  const requests = bodies(events(order.events, { population, seed, startMs }), order.perRequest).map((body) =>
    postRequest(url, '/v1/events', order.key, body),
  );
  const connections = Array.from({ length: order.connections }, () => new HttpConnection(url));
  process.send?.('ready');
  await new Promise((go) => process.once('message', go));

  const latencies = new Float64Array(requests.length);
  let next = 0;
  let accepted = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let at = next++; at < requests.length; at = next++) {
        const request = requests[at];
        if (request === undefined) return;
        const sent = performance.now();
        const answer = await connection.send(request);
        latencies[at] = performance.now() - sent;
        const counted = /"accepted":(\d+)/.exec(answer)?.[1];
        if (!answer.startsWith('HTTP/1.1 200') || counted === undefined)
          throw new Error(`It answered:\n${answer.slice(0, 500)}`);
        accepted += Number(counted);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  latencies.sort();
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const report: Report = {
    accepted,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    clientCpuSeconds: (used.user + used.system) / 1e6,
  };
  process.send?.(report);
  process.disconnect();
}

process.once('message', (order: Order) => void run(order));
