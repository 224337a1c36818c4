import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCommand } from './import-command.ts';

type Event = { id: string; player: string; data: Record<string, unknown> };
type Batch = { events: Event[]; replay: boolean };
/** What to do before the contract's own answer; true when it has answered. */
type Before = (response: ServerResponse, batch: Batch) => boolean;

/** A server that speaks `POST /v1/events` as the contract has it: it remembers ids, and refuses players called "bad". */
class Gateway {
  readonly stored = new Map<string, string>();
  readonly batches: Batch[] = [];
  readonly before: Before[] = [];
  always: Before = () => false;
  readonly #server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    if (request.headers.authorization !== 'Bearer sk_test') {
      return fail(response, 401, 'key_invalid', 'There is no such key.');
    }
    const batch: Batch = JSON.parse(Buffer.concat(chunks).toString());
    this.batches.push(batch);
    if (this.before.shift()?.(response, batch) || this.always(response, batch)) return;
    const results = batch.events.map((event, index) => ({ index, id: event.id, ...this.#store(event) }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, results }));
  });

  #store(event: Event) {
    if (event.player === 'bad') {
      return {
        status: 'rejected',
        code: 'event_invalid',
        errors: [{ pointer: '/player', detail: 'is bad' }],
      };
    }
    const body = JSON.stringify(event);
    const before = this.stored.get(event.id);
    this.stored.set(event.id, before ?? body);
    return { status: before === undefined ? 'accepted' : before === body ? 'duplicate' : 'conflict' };
  }

  get events(): Event[] {
    return [...this.stored.values()].map((body) => JSON.parse(body));
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function fail(response: ServerResponse, status: number, code: string, detail: string): true {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: code, title: code, status, code, detail, requestId: 'req_1' }));
  return true;
}

let gateway: Gateway;
let url: string;
let folder: string;
let interrupt: () => void;

beforeEach(async () => {
  gateway = new Gateway();
  url = await gateway.start();
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
afterEach(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

const put = async (name: string, content: string) => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};

async function run(
  args: string[],
  env: Record<string, string> = { CRMBET_URL: url, CRMBET_SECRET_KEY: 'sk_test' },
) {
  const out: string[] = [];
  const err: string[] = [];
  let code = -1;
  const command = importCommand({
    env,
    cwd: folder,
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => {};
    },
    exit: (given) => {
      code = given;
    },
  });
  await command.parseAsync(args, { from: 'user' });
  const counts = Object.fromEntries(
    [...out.join('').matchAll(/^ {2}([a-z ]+?) +([\d,]+)$/gm)].map(([, name, n]) => [
      name,
      Number(n?.replaceAll(',', '')),
    ]),
  );
  return { code, out: out.join(''), err: err.join(''), counts };
}

const rejectsOf = async (file: string) =>
  (await readFile(`${file}.rejects.ndjson`, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line): { line: number; code: string; reason: string; raw: string } => JSON.parse(line))
    .toSorted((a, b) => a.line - b.line);

const flags = [
  '--type',
  'deposit.approved',
  '--player',
  'who',
  '--time',
  'when',
  '--amount',
  'sum',
  '--currency',
  'BRL',
];

// Many runs, on a machine that may be busy: slow is not wrong.
describe('crmbet import', { timeout: 60_000 }, () => {
  it('loads a CSV, and nothing twice; equal lines are separate', async () => {
    const file = await put(
      'deposits.csv',
      'who,when,sum\np-1,2026-05-05,11.77\np-1,2026-05-05,11.77\np-2,2026-05-06,5\n\n',
    );
    const first = await run([file, ...flags]);
    expect(first).toMatchObject({
      code: 0,
      counts: { 'lines read': 3, accepted: 3, duplicates: 0, conflicts: 0, rejected: 0 },
    });
    expect(gateway.events.map(({ id: _, ...event }) => event)).toEqual(
      [
        ['p-1', '2026-05-05', 1177],
        ['p-1', '2026-05-05', 1177],
        ['p-2', '2026-05-06', 500],
      ].map(([player, day, amount]) => ({
        type: 'deposit.approved',
        player,
        time: `${day}T00:00:00.000Z`,
        data: { currency: 'BRL', amount },
      })),
    );
    expect(gateway.batches[0]?.replay).toBe(true);
    const second = await run([file, ...flags, '--live']);
    expect(second).toMatchObject({ code: 0, counts: { accepted: 0, duplicates: 3 } });
    expect(gateway.batches[1]?.replay).toBe(false);
    await expect(rejectsOf(file)).rejects.toThrow(/ENOENT/);
  });

  it('sends a large file in batches of a thousand, in bounds, once each', async () => {
    const lines = Array.from({ length: 12_345 }, (_, i) => `p-${i % 7},2026-05-05,${i % 50}.25`);
    const file = await put('large.csv', `who,when,sum\n${lines.join('\n')}\n`);
    expect(await run([file, ...flags])).toMatchObject({
      code: 0,
      counts: { 'lines read': 12_345, accepted: 12_345 },
    });
    expect(gateway.batches.every(({ events }) => events.length <= 1_000)).toBe(true);
    expect(gateway.stored.size).toBe(12_345);
  });

  it('answers for every bad line with its number and reason, and takes the others', async () => {
    const rows = [
      'who,when,sum',
      'p-1,2026-05-05,1',
      'p-2,yesterday,1',
      '',
      'p-3,2026-05-05,-1',
      'p-4,2026-05-05',
      'bad,2026-05-05,1',
      'p-5,2026-05-05,"1',
      'p-6,2026-05-05,1.005',
      'p-\ufffd,2026-05-05,1',
      'p-7,2026-05-05,1',
    ];
    const file = await put('bad.csv', `${rows.join('\r\n')}\r\n`);
    const result = await run([file, ...flags]);
    expect(result).toMatchObject({ code: 2, counts: { 'lines read': 9, accepted: 2, rejected: 7 } });
    expect(result.out).toContain('bad.csv.rejects.ndjson');
    expect((await rejectsOf(file)).map(({ line, code, raw }) => [line, code, raw])).toEqual([
      [3, 'time_invalid', rows[2]],
      [5, 'amount_negative', rows[4]],
      [6, 'row_uneven', rows[5]],
      [7, 'event_invalid', rows[6]],
      [8, 'row_unreadable', rows[7]],
      [9, 'amount_decimals', rows[8]],
      [10, 'not_utf8', rows[9]],
    ]);
    expect((await rejectsOf(file))[3]?.reason).toBe('/player: is bad');
    // Mended and imported again: what went in is not counted twice, and the old rejects file goes.
    await put('bad.csv', 'who,when,sum\np-1,2026-05-05,1\np-2,2026-05-04,1\np-7,2026-05-05,1\n');
    expect(await run([file, ...flags])).toMatchObject({ code: 0, counts: { accepted: 1, duplicates: 2 } });
    await expect(rejectsOf(file)).rejects.toThrow(/ENOENT/);
  });

  it('reports an id that is taken by another body', async () => {
    const file = await put('ids.csv', 'who,when,sum,key\np-1,2026-05-05,1,k1\np-1,2026-05-05,2,k1\n');
    expect(await run([file, ...flags, '--id', 'key'])).toMatchObject({
      code: 2,
      counts: { accepted: 1, conflicts: 1 },
    });
    expect(await rejectsOf(file)).toMatchObject([{ line: 3, code: 'event_conflict' }]);
  });

  it('takes NDJSON that is events already, to the letter', async () => {
    const event =
      '{"id":"e1","type":"deposit.approved","player":"p-1","time":"2026-05-05T14:03:00Z","data":{"amount":"9007199254740993","currency":"BRL"}}';
    const file = await put('events.ndjson', `${event}\n{"type":"a.b","player":"p-2"}\nnot json\n[1]\n\n`);
    expect(await run([file])).toMatchObject({
      code: 2,
      counts: { 'lines read': 4, accepted: 2, rejected: 2 },
    });
    expect(gateway.stored.get('e1')).toBe(event);
    expect(gateway.events[1]?.id).toMatch(/^import:/);
    expect((await rejectsOf(file)).map(({ line, code }) => [line, code])).toEqual([
      [3, 'row_unreadable'],
      [4, 'row_unreadable'],
    ]);
  });

  it('maps NDJSON by keys and paths, with a mapping file and flags over it', async () => {
    const mapping = {
      type: 'deposit.failed',
      player: 'user.id',
      time: 'at',
      timeFormat: 'unix',
      amount: 'value',
      amountUnit: 'minor',
      currency: 'USD',
      set: { 'data.method': 'how' },
    };
    const file = await put('export.json', '{"user":{"id":"p-1"},"at":1777989780,"value":1250,"how":"pix"}\n');
    const args = [
      file,
      '--mapping',
      await put('m.json', JSON.stringify(mapping)),
      '--type',
      'deposit.approved',
      '--brand',
      'sol',
      '--source',
      'psp',
    ];
    expect(await run(args)).toMatchObject({ code: 0, counts: { accepted: 1 } });
    expect(gateway.events).toEqual([
      {
        id: expect.stringMatching(/^psp:/),
        type: 'deposit.approved',
        player: 'p-1',
        time: '2026-05-05T14:03:00.000Z',
        brand: 'sol',
        data: { currency: 'USD', amount: 1250, method: 'pix' },
      },
    ]);
  });

  it('reads decimal commas between semicolons, without a header', async () => {
    const file = await put('export.txt', 'p-1;05/05/2026 14:03;1234,50;pix\n');
    const more = [
      '--columns',
      'who,when,sum,how',
      '--decimal',
      ',',
      '--time-format',
      'dd/MM/yyyy HH:mm',
      '--zone',
      'America/Sao_Paulo',
      '--set',
      'data.method=how',
    ];
    expect(await run([file, ...flags, ...more])).toMatchObject({ code: 0 });
    expect(gateway.events).toMatchObject([
      { time: '2026-05-05T17:03:00.000Z', data: { amount: 123450, method: 'pix' } },
    ]);
  });

  it('repeats what may pass, and halves what is too large', async () => {
    const lines = Array.from({ length: 10 }, (_, i) => `p-${i},2026-05-05,1`);
    const file = await put('some.csv', `who,when,sum\n${lines.join('\n')}\n`);
    gateway.before.push((response) => fail(response, 503, 'overloaded', 'Busy.'));
    gateway.always = (response, { events }) =>
      (events.length > 3 || events.some(({ player }) => player === 'p-9')) &&
      fail(response, 413, 'body_too_large', 'Too large.');
    expect(await run([file, ...flags])).toMatchObject({ code: 2, counts: { accepted: 9, rejected: 1 } });
    expect(await rejectsOf(file)).toMatchObject([{ line: 11, code: 'body_too_large' }]);
  });

  it('an answer that was lost counts once', async () => {
    const file = await put('one.csv', 'who,when,sum\np-1,2026-05-05,1\n');
    gateway.before.push((response, { events }) => {
      for (const event of events) gateway.stored.set(event.id, JSON.stringify(event));
      response.socket?.destroy();
      return true;
    });
    expect(await run([file, ...flags])).toMatchObject({ code: 0, counts: { accepted: 0, duplicates: 1 } });
    expect(gateway.stored.size).toBe(1);
  });

  it('Ctrl-C stops after what was sent is answered for, and the next run goes on', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `p-${i},2026-05-05,1`);
    const file = await put('long.csv', `who,when,sum\n${lines.join('\n')}\n`);
    gateway.always = () => {
      if (gateway.batches.length === 3) interrupt();
      return false;
    };
    const stopped = await run([file, ...flags]);
    expect(stopped.code).toBe(130);
    expect(stopped.out).toContain('Ended early');
    expect(stopped.counts.accepted).toBe(gateway.stored.size);
    expect(gateway.stored.size).toBeLessThan(60_000);
    gateway.always = () => false;
    const before = gateway.stored.size;
    expect(await run([file, ...flags])).toMatchObject({
      code: 0,
      counts: { accepted: 60_000 - before, duplicates: before },
    });
    expect(gateway.stored.size).toBe(60_000);
  });

  it('says in a sentence what is in the way, without a stack', async () => {
    const file = await put('one.csv', 'who,when,sum\np-1,2026-05-05,1\n');
    const here = { CRMBET_URL: url, CRMBET_SECRET_KEY: 'sk_test' };
    const gone = new Gateway();
    const nobody = await gone.start();
    await gone.stop();
    const cases: [RegExp, string[], Record<string, string>][] = [
      [/There is no file .*none\.csv\./, [join(folder, 'none.csv'), ...flags], here],
      [/is a folder/, [folder, ...flags], here],
      [
        /refused the key: There is no such key\./,
        [file, ...flags],
        { ...here, CRMBET_SECRET_KEY: 'sk_wrong' },
      ],
      [/does not answer \(ECONNREFUSED\)/, [file, ...flags], { ...here, CRMBET_URL: nobody }],
      [/Say where the gateway is/, [file, ...flags], {}],
      [/There is no file .*m\.json\./, [file, '--mapping', join(folder, 'm.json')], here],
      [/has no column "id"/, [file, ...flags, '--id', 'id'], here],
      [/Say which column holds the player/, [file], here],
      [/--set is written as/, [file, ...flags, '--set', 'data.method'], here],
      [/The delimiter is one character/, [file, ...flags, '--delimiter', ', '], here],
    ];
    for (const [message, args, env] of cases) {
      const { code, out, err } = await run(args, env);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(message);
      expect(err).not.toMatch(/\n {4}at /);
    }
    expect(gateway.stored.size).toBe(0);
  });

  it('something else at the address is said to be that', async () => {
    const file = await put('one.csv', 'who,when,sum\np-1,2026-05-05,1\n');
    gateway.always = (response) => {
      response.end('<h1>Hello</h1>');
      return true;
    };
    expect(await run([file, ...flags])).toMatchObject({
      code: 1,
      err: expect.stringContaining('not a CRMBet gateway'),
    });
  });
});
