import { appendFileSync, closeSync, existsSync, mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverLog } from './server-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crmbet-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('serverLog', () => {
  it('gives the last lines from a byte on', () => {
    const path = join(folder, 'log');
    const log = serverLog(path);
    expect([log.size(), log.tail(0)]).toEqual([0, '']);
    appendFileSync(path, 'before\n');
    const from = log.size();
    appendFileSync(path, 'one\ntwo\nthree\n');
    expect(log.tail(from)).toBe('one\ntwo\nthree');
    expect(log.tail(from, 2)).toBe('two\nthree');
  });

  it('moves what is too long to one older part, while the file is open for appending', () => {
    const path = join(folder, 'log');
    const log = serverLog(path, 10);
    const file = log.open();
    writeSync(file, 'short');
    log.trim();
    expect(existsSync(`${path}.1`)).toBe(false);
    writeSync(file, ' and then long');
    log.trim();
    writeSync(file, 'after');
    closeSync(file);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('short and then long');
    expect(readFileSync(path, 'utf8')).toBe('after');
  });
});
