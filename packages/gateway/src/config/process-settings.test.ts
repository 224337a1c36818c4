import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const read = (env: Record<string, string>) => readConfig(env, '/');

describe('settings of processes', () => {
  it('are one process that does everything, and no replica, where nothing is said', () => {
    expect(read({})).toMatchObject({
      role: 'all',
      workers: 1,
      connections: 16,
      replicas: { urls: [], maxLagMs: 1000 },
    });
  });

  it('share the connections of one process among several', () => {
    expect(read({ CRMBET_WORKERS: '4' })).toMatchObject({ workers: 4, connections: 6 });
    expect(read({ CRMBET_WORKERS: 'auto' }).workers).toBe(Math.min(64, availableParallelism()));
    expect(read({ CRMBET_WORKERS: '4', DATABASE_CONNECTIONS: '20' }).connections).toBe(20);
  });

  it('take several replicas', () => {
    const urls = 'postgres://a:b@r1/x, postgresql://a:b@r2/x';
    expect(read({ DATABASE_REPLICA_URLS: urls }).replicas.urls).toEqual([
      'postgres://a:b@r1/x',
      'postgresql://a:b@r2/x',
    ]);
  });

  it.each([
    ['CRMBET_WORKERS', '0'],
    ['CRMBET_WORKERS', 'many'],
    ['CRMBET_ROLE', 'boss'],
    ['DATABASE_REPLICA_URLS', 'postgres://r1/x,mysql://secret@r2/x'],
    ['DATABASE_REPLICA_MAX_LAG_MS', '1'],
  ])('refuse %s=%s', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(
      new RegExp(`^The environment variable ${name} cannot be used: `),
    );
  });

  it('never repeat an address, which may hold a password', () => {
    const env = { DATABASE_REPLICA_URLS: 'postgres://r1/x,mysql://a:secret@r2/x' };
    expect(() => read(env)).not.toThrow(/secret/);
    expect(() => read(env)).toThrow(/with commas between/);
  });
});
