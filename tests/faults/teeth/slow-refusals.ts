import { ServerResponse } from 'node:http';

/** Loaded before a gateway: what it refuses as too much, it refuses late and without a word of when to come back. */
const { writeHead, end } = ServerResponse.prototype;
const lateMs = 7000;

Object.assign(ServerResponse.prototype, {
  writeHead(this: ServerResponse, status: number, ...rest: unknown[]): ServerResponse {
    if (status === 503 || status === 429) {
      for (const each of rest)
        if (typeof each === 'object' && each !== null && 'retry-after' in each) delete each['retry-after'];
      this.removeHeader('retry-after');
    }
    return Reflect.apply(writeHead, this, [status, ...rest]);
  },
  end(this: ServerResponse, ...args: unknown[]): ServerResponse {
    if (this.statusCode !== 503 && this.statusCode !== 429) return Reflect.apply(end, this, args);
    setTimeout(() => Reflect.apply(end, this, args), lateMs);
    return this;
  },
});
