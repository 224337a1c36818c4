import { expect, it } from 'vitest';
import { streamed } from './streamed.ts';

const turn = () => new Promise((next) => setTimeout(next, 5));

it('works no further ahead than one', async () => {
  const given: number[] = [];
  const reader = streamed<number>(async (give) => {
    for (let value = 1; value <= 10; value += 1) {
      given.push(value);
      await give(value);
    }
  }).getReader();
  expect((await reader.read()).value).toBe(1);
  await turn();
  expect(given.length).toBeLessThanOrEqual(3);
  for (let value = 2; value <= 10; value += 1) expect((await reader.read()).value).toBe(value);
  expect((await reader.read()).done).toBe(true);
});

it('tells the reader of a failure, and the work of a reader that turned away', async () => {
  const failed = streamed<number>(async () => {
    throw new Error('no store');
  });
  await expect(failed.getReader().read()).rejects.toThrow('no store');

  let why: unknown;
  const left = streamed<number>(async (give) => {
    try {
      for (;;) await give(1);
    } catch (error) {
      why = error;
      throw error;
    }
  }).getReader();
  await left.read();
  await left.cancel(new Error('enough'));
  await turn();
  expect(why).toMatchObject({ message: 'enough' });
});
