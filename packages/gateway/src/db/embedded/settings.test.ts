import { expect, it } from 'vitest';
import { serverSettings } from './settings.ts';

it('takes an eighth of the memory for shared buffers, between 64 and 512 MB', () => {
  const gibibyte = 1024 ** 3;
  const shared = [0.25, 2, 64].map((size) => serverSettings(5432, size * gibibyte).shared_buffers);
  expect(shared).toEqual(['64MB', '256MB', '512MB']);
});
