import { expect, it } from 'vitest';
import { tableText } from './table-text.ts';

it('stands in columns, numbers to the right', () => {
  const text = tableText(
    ['name', 'rows'],
    [
      ['events_2026_05', '7'],
      ['a', '1,000'],
    ],
    ['rows'],
  );
  expect(text.split('\n')).toEqual([
    'name             rows',
    'events_2026_05      7',
    'a               1,000',
    '',
  ]);
  expect(tableText(['name'], [])).toBe('name\n');
});
