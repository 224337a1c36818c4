import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PostgresClient } from '../db/database.ts';
import { StreamRelay } from '../services/stream/stream-relay.ts';
import { StreamService } from '../services/stream/stream-service.ts';
import { Bus } from './bus.ts';
import { Presence, type Role } from './presence.ts';

/** This process among the others over the same database. */
export type Peers = {
  presence: Presence;
  bus: Bus;
  /** Live messages of all processes. */
  stream: StreamService;
  /** Tells what is left to be told, and says good-bye. */
  stop(): Promise<void>;
};

/** Makes this process known to the others, and begins to hear what they tell. */
export async function openPeers(ports: {
  sql: PostgresClient;
  url: string;
  role: Role;
  log: Logger;
}): Promise<Peers> {
  const id = randomUUID();
  const presence = new Presence({ ...ports, id });
  const bus = new Bus({ ...ports, id });
  const relay = new StreamRelay({ bus, presence, log: ports.log });
  const stream = new StreamService(relay);
  const stop = async () => {
    await relay.stop();
    await presence.stop();
    await bus.stop();
  };
  try {
    await presence.start();
    await relay.start(stream);
  } catch (error) {
    await stop();
    throw error;
  }
  return { presence, bus, stream, stop };
}
