import { describe, expect, it } from 'vitest';
import { LineWriter } from './line-writer.ts';

const line = { text: 'x'.repeat(1000) };

describe('LineWriter', () => {
  it('writes lines of JSON, and ends', async () => {
    const writer = new LineWriter(() => {});
    writer.write([{ a: 1 }, { b: 2 }]);
    writer.write([]);
    writer.write([{ c: 'é' }]);
    writer.end();
    writer.write([{ late: true }]);
    expect(await new Response(writer.body).text()).toBe('{"a":1}\n{"b":2}\n{"c":"é"}\n');
  });

  it('knows what nobody has taken, and waits for the reader so long and no longer', async () => {
    const writer = new LineWriter(() => {});
    for (let n = 0; n < 100; n += 1) writer.write([line]);
    expect(writer.untaken).toBeGreaterThan(100_000);
    expect(await writer.taken(20)).toBe(false);
    const taken = writer.taken(10_000);
    const reader = writer.body.getReader();
    for (let n = 0; n < 100; n += 1) await reader.read();
    expect(await taken).toBe(true);
    expect(writer.untaken).toBe(0);
  });

  it('says that its reader has gone, and lets go of who waits for it', async () => {
    let gone = false;
    const writer = new LineWriter(() => {
      gone = true;
    });
    for (let n = 0; n < 100; n += 1) writer.write([line]);
    const taken = writer.taken(10_000);
    await writer.body.cancel();
    expect([gone, await taken]).toEqual([true, true]);
    writer.write([line]);
    writer.end();
  });

  it('breaks off so that nobody takes it for whole', async () => {
    const writer = new LineWriter(() => {});
    writer.write([line]);
    writer.fail(new Error('not read'));
    writer.end();
    await expect(new Response(writer.body).text()).rejects.toThrow('not read');
  });
});
