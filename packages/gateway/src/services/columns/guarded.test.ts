import { expect, it, vi } from 'vitest';
import { guarded } from './guarded.ts';

const head = Uint8Array.of(1);
const end = Uint8Array.of(9);
const never = { stallMs: 60_000, longestMs: 60_000 };

it('gives the head, what is made, and the end, and is then over', async () => {
  const over = vi.fn();
  const made = [Uint8Array.of(2), Uint8Array.of(3)];
  const body = guarded(async () => made.shift(), { head, end, over, ...never });
  expect(new Uint8Array(await new Response(body).arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3, 9));
  expect(over.mock.calls).toEqual([[undefined]]);
});

it('makes nothing that nobody reads, and breaks for a reader that stands still', async () => {
  const over = vi.fn();
  const next = vi.fn(async () => Uint8Array.of(2));
  const reader = guarded(next, { head, end, over, ...never, stallMs: 20 }).getReader();
  await reader.read();
  await reader.read();
  await vi.waitFor(() => expect(over).toHaveBeenCalledOnce());
  expect(next.mock.calls.length).toBeLessThan(4);
  await expect(reader.read()).rejects.toThrow('too slow');
});

it('breaks for a reader that takes too long in all', async () => {
  const over = vi.fn();
  const reader = guarded(async () => Uint8Array.of(2), {
    head,
    end,
    over,
    ...never,
    longestMs: 30,
  }).getReader();
  await expect(
    (async () => {
      for (;;) {
        await reader.read();
        await new Promise((next) => setTimeout(next, 2));
      }
    })(),
  ).rejects.toThrow('too slow');
  expect(over).toHaveBeenCalledOnce();
});

it('is over once, with the reason, where making fails or the reader leaves', async () => {
  const over = vi.fn();
  const broken = guarded(async () => Promise.reject(new Error('no store')), { head, end, over, ...never });
  await expect(new Response(broken).arrayBuffer()).rejects.toThrow('no store');
  const left = guarded(async () => Uint8Array.of(2), { head, end, over, ...never });
  await left.cancel('enough');
  expect(over.mock.calls.map(([why]) => String(why))).toEqual(['Error: no store', 'enough']);
});
