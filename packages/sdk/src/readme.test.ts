import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ScriptedServer } from './testing/scripted-server.ts';

/** The README's sample is a file that the compiler checks; here it also runs, against answers of the contract's shape. */

let server: ScriptedServer;
beforeEach(async () => {
  server = new ScriptedServer();
  vi.stubEnv('CRMBET_URL', await server.start());
  vi.stubEnv('CRMBET_SECRET_KEY', 'sk_test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.stop();
});

it('shows the sample as it is', async () => {
  const [readme, sample] = await Promise.all(
    ['../README.md', '../samples/quick-start.ts'].map((file) =>
      readFile(new URL(file, import.meta.url), 'utf8'),
    ),
  );
  expect(/```ts\n([\s\S]*?)```/.exec(readme ?? '')?.[1]).toBe(sample);
});

it('and the sample runs', async () => {
  const printed: unknown[][] = [];
  vi.spyOn(console, 'log').mockImplementation((...line) => void printed.push(line));
  server.otherwise = (response, { method, url }) => {
    const answers: Record<string, unknown> = {
      'POST /v1/events': { accepted: 1, duplicates: 0, conflicts: 0, rejected: 0, results: [] },
      'POST /v1/segments': { id: 's1' },
      'GET /v1/segments/s1/members': { data: [{ player: 'p-1' }], nextCursor: 'next' },
      'GET /v1/segments/s1/members?cursor=next': { data: [{ player: 'p-2' }], nextCursor: null },
      'POST /v1/models': { id: 'm1', job: 'j1' },
      'GET /v1/jobs/j1': { id: 'j1', state: 'succeeded', progress: 1 },
      'GET /v1/models/m1/clusters': { data: [{ size: 9, traits: [] }] },
    };
    const answer = answers[`${method} ${url}`];
    response.writeHead(answer === undefined ? 404 : 200);
    response.end(
      JSON.stringify(answer ?? { title: 'Not found', status: 404, code: 'not_found', requestId: 'req_1' }),
    );
  };
  await import('../samples/quick-start.ts');
  expect(printed).toEqual([['p-1'], ['p-2'], ['100 %'], [9, []], ['not_found', 'req_1']]);
});
