import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { advisoryLocks } from './advisory-locks.ts';

it('are numbers of their own, and the only ones that the gateway locks by', () => {
  const numbers = Object.values(advisoryLocks);
  expect(new Set(numbers).size).toBe(numbers.length);
  const source = join(import.meta.dirname, '..');
  const elsewhere = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.includes('advisory-locks') &&
      /7_?263_?412_?\d{3}|advisory_\w*lock\(\d/.test(readFileSync(join(source, file), 'utf8')),
  );
  expect(elsewhere).toEqual([]);
});
