import { createServer } from 'node:http';
import type { Rng } from '../../../packages/gateway/src/demo/generator/rng.ts';
import { Client } from '../lib/client.ts';
import { type Item, isBad, wireOf } from '../lib/events.ts';
import type { Operator } from '../lib/operator.ts';
import { freePort } from '../lib/time.ts';

/**
 * Sends events to what stands where the gateway should, and answers 200 for requests it has dropped, as a gateway would that acks
 * before it stores. Answers the events that it lied about.
 */
export async function lie(operator: Operator, rng: Rng, count: number): Promise<Item[]> {
  const { truth } = operator;
  let dropped = 0;
  const proxy = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      dropped += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
  const client = new Client(operator.secretKey, 4);
  const acked: Item[] = [];
  try {
    while (acked.length < count) {
      const items = Array.from({ length: rng.int(1, 50) }, () => ({ n: truth.take(), rival: false })).filter(
        ({ n }) => !isBad(truth.world, n),
      );
      for (const item of items) truth.sending(item);
      const body = JSON.stringify({ events: items.map((item) => wireOf(truth.world, item)) });
      const { status } = await client.post(`http://127.0.0.1:${port}/v1/events`, body);
      if (status === 200) acked.push(...items);
    }
  } finally {
    client.close();
    proxy.close();
    proxy.closeAllConnections();
  }
  if (dropped === 0) throw new Error('the proxy dropped nothing');
  return acked;
}
