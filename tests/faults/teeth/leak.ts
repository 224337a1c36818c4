import { Server } from 'node:http';

/** Loaded before a gateway: each request leaves 256 KB behind, for ever. */
const kept: Buffer[] = [];
const { emit } = Server.prototype;

Server.prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
  if (event === 'request') kept.push(Buffer.alloc(256 * 1024, 1));
  return Reflect.apply(emit, this, [event, ...args]);
};
