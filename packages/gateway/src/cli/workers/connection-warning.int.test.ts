import { expect, inject, it } from 'vitest';
import { connectionWarning } from './connection-warning.ts';

it('warns of more connections than the database takes, and of no fewer', async () => {
  const url = inject('postgresUrl');
  expect(await connectionWarning(url, 2, 6)).toBeUndefined();
  expect(await connectionWarning(url, 50, 100)).toMatch(
    /^50 processes may open 7750 connections, and the database takes \d+: raise its max_connections/,
  );
});
