import { describe, expect, it } from 'vitest';
import { isBulk } from './bulk-import.ts';

const database = { DATABASE_URL: 'postgres://crm' };

describe('the way of an import', () => {
  it('is into the database where that is at hand or asked for, and through a gateway where one is named', () => {
    expect(isBulk('a.csv', {}, {})).toBe(false);
    expect(isBulk('a.csv', {}, database)).toBe(true);
    expect(isBulk('a.csv', {}, { ...database, CRMBET_URL: 'http://crm.test' })).toBe(false);
    expect(isBulk('a.csv', { url: 'http://crm.test' }, database)).toBe(false);
    expect(isBulk('a.csv', { live: true }, database)).toBe(false);
    for (const flags of [{ bulk: true }, { featuresOnly: true }, { dryRun: true }])
      expect(isBulk('a.csv', flags, {})).toBe(true);
    expect(isBulk('a.PARQUET', {}, { CRMBET_URL: 'http://crm.test' })).toBe(true);
  });

  it('is not both at once', () => {
    expect(() => isBulk('a.csv', { bulk: true, live: true }, {})).toThrow(/--bulk goes into the database/);
    expect(() => isBulk('a.parquet', { url: 'http://crm.test' }, {})).toThrow(/A Parquet file goes/);
  });
});
