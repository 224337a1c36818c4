import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestGateway, listenTo, type TestGateway } from '../../testing/test-gateway.ts';
import type { Listening } from '../listen.ts';
import { importCommand } from './import-command.ts';

const root = join(import.meta.dirname, '../../../../..');
const mapping = join(root, 'examples/import/cdnow.mapping.json');
/** Real purchases, kept beside the repository; the project does not ship them. */
const cdnow = join(root, '../shared/data/cdnow/CDNOW_master.txt');
const isMissing = !existsSync(cdnow);

let gateway: TestGateway;
let listening: Listening;
let folder: string;

beforeAll(async () => {
  gateway = await createTestGateway();
  listening = await listenTo(gateway);
  folder = await mkdtemp(join(tmpdir(), 'crmbet-import-'));
});

afterAll(async () => {
  await listening.close();
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(secretKey: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const write = (text: string) => said.push(text);
  let code = -1;
  const io = {
    env: { CRMBET_URL: listening.url, CRMBET_SECRET_KEY: secretKey },
    cwd: folder,
    stdout: { write },
    stderr: { write },
    onInterrupt: () => () => {},
    exit: (value: number) => {
      code = value;
    },
  };
  await importCommand(io).parseAsync(args, { from: 'user' });
  return { code, said: said.join('') };
}

const kpis = async (credential: string) => {
  const response = await gateway.request('/v1/reports/kpis', { credential });
  expect(response.status).toBe(200);
  return await response.json();
};

describe('crmbet import, into a real gateway', () => {
  it('counts equal rows apart, a second run nothing, and names each bad line', async () => {
    const { secretKey } = await gateway.addTenant('UTC');
    const file = join(folder, 'deposits.csv');
    const rows = [
      'when,who,value',
      '2026-05-05,ana,10.00',
      '2026-05-05,ana,10.00',
      '2026-05-06,rui,0.05',
      '2026-05-06,rui,1.005',
      'x,rui,1.00',
    ];
    await writeFile(file, `${rows.join('\n')}\n`);
    const flags = [
      '--type',
      'deposit.approved',
      '--player',
      'who',
      '--time',
      'when',
      '--time-format',
      'yyyy-MM-dd',
      '--amount',
      'value',
      '--currency',
      'BRL',
    ];
    for (const attempt of [1, 2]) {
      const { code, said } = await run(secretKey, file, ...flags);
      expect(code, said).toBe(2);
      expect(said).toMatch(attempt === 1 ? /accepted\s+3/ : /duplicates\s+3/);
      const { players, currencies } = await kpis(secretKey);
      expect(players).toBe(2);
      expect(currencies).toMatchObject([{ currency: 'BRL', deposits: { count: 3, amount: '2005' } }]);
    }
    const rejects = (await readFile(`${file}.rejects.ndjson`, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rejects.map(({ line }) => line)).toEqual([5, 6]);
  });

  it.skipIf(isMissing)(
    `reads the CDNOW purchases to the cent, once or twice${isMissing ? ` (skipped: there is no ${cdnow})` : ''}`,
    async () => {
      const { secretKey } = await gateway.addTenant('America/New_York');
      for (const _attempt of [1, 2]) {
        const { code, said } = await run(secretKey, cdnow, '--mapping', mapping);
        expect(code, said).toBe(0);
        const { players, events, currencies } = await kpis(secretKey);
        expect({ players, events }).toEqual({ players: 23_570, events: 69_659 });
        expect(currencies).toMatchObject([
          { currency: 'USD', players: 23_570, deposits: { count: 69_659, amount: '250031563' } },
        ]);
      }
    },
    180_000,
  );
});
