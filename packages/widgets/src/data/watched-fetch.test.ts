import { describe, expect, it } from 'vitest';
import { watchedFetch } from './watched-fetch.ts';

const url = 'http://gateway/v1/stream?player=p-1';

describe('watchedFetch', () => {
  it('says when the stream opens and when it breaks, and changes nothing in what it says', async () => {
    const said: boolean[] = [];
    const fetch = watchedFetch(
      async () => new Response('data: 1\n\n'),
      (open) => said.push(open),
    );
    const response = await fetch(url);
    expect(said).toEqual([true]);
    expect(await response.text()).toBe('data: 1\n\n');
    expect(said).toEqual([true, false]);
  });

  it('says that a refused and an unreachable stream is not open, and passes the failure on', async () => {
    const said: boolean[] = [];
    const refused = watchedFetch(
      async () => new Response('', { status: 503 }),
      (open) => said.push(open),
    );
    expect((await refused(url)).status).toBe(503);
    const gone = watchedFetch(
      async () => {
        throw new TypeError('no network');
      },
      (open) => said.push(open),
    );
    await expect(gone(url)).rejects.toThrow('no network');
    expect(said).toEqual([false, false]);
  });

  it('has nothing to say about other calls', async () => {
    const said: boolean[] = [];
    const fetch = watchedFetch(
      async () => new Response('{}'),
      (open) => said.push(open),
    );
    await fetch('http://gateway/v1/players');
    expect(said).toEqual([]);
  });
});
