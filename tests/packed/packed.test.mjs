// Runs under plain `node --test`, on the Node of the machine and not on the one that the repository carries.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { load, manifest, targets, unpack } from './unpack.mjs';

const tarballs = process.env.CRMBET_PACKED ?? join(import.meta.dirname, '../../node_modules/.crmbet/packed');
const names = ['engine', 'sdk', 'widgets', 'gateway'];
const { project, remove } = unpack(tarballs, names);
after(remove);

for (const name of names) {
  describe(`@crmbet/${name}`, () => {
    const { exports, bin, dependencies } = manifest(project, name);

    it('holds every file that it points to, and points to no source', () => {
      const files = targets([exports, bin ?? {}]);
      assert.ok(files.length >= 2);
      for (const file of files) {
        assert.ok(existsSync(join(project, 'node_modules/@crmbet', name, file)), `${file} is missing`);
        assert.ok(!file.includes('/src/'), `${file} is source`);
      }
    });

    it('depends on versions that a registry can answer', () => {
      for (const [dependency, range] of Object.entries(dependencies ?? {})) {
        assert.match(String(range), /^[\^~]?\d/, `${dependency}: ${range}`);
      }
    });
  });
}

describe('@crmbet/engine', () => {
  it('clusters two clear groups with WebAssembly, on worker threads', async () => {
    const engine = await load(project, 'engine');
    const rows = Array.from({ length: 400 }, (_, i) => [(i % 2) * 100 + (i % 7), (i % 2) * 100 + (i % 5)]);
    const matrix = engine.FeatureMatrix.fromRows(['stakes', 'deposits'], rows);
    const pool = await engine.openPool({ threads: 2 });
    try {
      assert.match(pool.device, /^(simd|relaxed)$/);
      const { labels } = await engine.kmeans(matrix, { k: 2, seed: 1, pool });
      const groups = [new Set(), new Set()];
      for (const [i, label] of labels.entries()) groups[i % 2].add(label);
      assert.deepEqual([groups[0].size, groups[1].size], [1, 1]);
      assert.notDeepEqual(groups[0], groups[1]);
    } finally {
      await pool.close();
    }
  });
});

describe('@crmbet/sdk', () => {
  it('sends events with its key, retries what failed, and reads the answer', async () => {
    const { CRMBet } = await load(project, 'sdk');
    const seen = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push({ method: request.method, url: request.url, key: request.headers.authorization, body });
      if (seen.length === 1) return response.writeHead(503, { 'retry-after': '0' }).end();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: [{ id: 'p1' }], nextCursor: null }));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address();
      const crmbet = new CRMBet({ apiKey: 'sk_test_packed', baseUrl: `http://127.0.0.1:${port}` });
      const players = await crmbet.players.list().toArray({ limit: 10 });
      assert.deepEqual(
        players.map(({ id }) => id),
        ['p1'],
      );
      assert.equal(seen.length, 2);
      assert.match(seen[1].url, /^\/v1\/players/);
      assert.equal(seen[1].key, 'Bearer sk_test_packed');
    } finally {
      server.close();
    }
  });
});
