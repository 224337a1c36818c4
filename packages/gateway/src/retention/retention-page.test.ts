import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { expect, it } from 'vitest';
import { readConfig } from '../config/config.ts';
import * as schema from '../db/schema/index.ts';
import { keptKinds } from './kinds.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/retention.md'), 'utf8');

it('says of every table how long it is kept', () => {
  const [, table = ''] = page.split('## Every kind of data');
  const missing = Object.values(schema).flatMap((value) =>
    is(value, PgTable) && !table.includes(`\`${getTableName(value)}\``) ? [getTableName(value)] : [],
  );
  expect(missing, 'name these tables in docs/retention.md').toEqual([]);
});

it('names every setting that the command shows', () => {
  const settings = keptKinds(readConfig({}, '/')).map(({ setting }) => setting);
  expect(settings.filter((setting) => setting !== '').length).toBeGreaterThan(3);
  for (const setting of settings) expect(page).toContain(setting);
});
