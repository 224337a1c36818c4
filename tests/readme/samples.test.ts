import { expect, it } from 'vitest';
import { samplesOf } from './samples.ts';

it('finds the blocks that are marked, and only those', () => {
  const markdown =
    '# T\n\n<!-- test: one -->\n```ts\nlet a = 1;\n\nlet b = 2;\n```\n\n```ts\nunmarked\n```\n\n<!-- test: two -->\n```sh\nls\n```\n';
  expect(samplesOf(markdown)).toEqual([
    { name: 'one', language: 'ts', code: 'let a = 1;\n\nlet b = 2;\n' },
    { name: 'two', language: 'sh', code: 'ls\n' },
  ]);
});

it('refuses a mark that has lost its block, and a name that stands twice', () => {
  expect(() => samplesOf('<!-- test: one -->\n\ntext\n```ts\nx\n```\n')).toThrow('no block');
  const twice = '<!-- test: one -->\n```ts\nx\n```\n';
  expect(() => samplesOf(twice + twice)).toThrow('Two samples');
});
