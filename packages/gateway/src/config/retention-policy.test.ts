import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const read = (env: Record<string, string>) => readConfig(env, '/').retention;

describe('the retention in the environment', () => {
  it('is to keep everything where nothing is set', () => {
    expect(read({})).toEqual({ horizon: undefined, events: undefined, playerDays: undefined });
    expect(read({ CRMBET_EVENT_HORIZON: '' }).horizon).toBeUndefined();
  });

  it('is read', () => {
    expect(
      read({
        CRMBET_EVENT_HORIZON: '400d',
        CRMBET_RETENTION_EVENTS: '24mo',
        CRMBET_RETENTION_PLAYER_DAYS: '3y',
      }),
    ).toEqual({
      horizon: { count: 400, unit: 'day' },
      events: { count: 24, unit: 'month' },
      playerDays: { count: 36, unit: 'month' },
    });
    expect(read({ CRMBET_EVENT_HORIZON: '18mo', CRMBET_RETENTION_EVENTS: '18mo' }).events?.count).toBe(18);
  });

  it.each([
    [{ CRMBET_EVENT_HORIZON: 'soon' }, 'CRMBET_EVENT_HORIZON'],
    [{ CRMBET_RETENTION_EVENTS: '24mo' }, 'needs CRMBET_EVENT_HORIZON'],
    [{ CRMBET_RETENTION_EVENTS: '12mo', CRMBET_EVENT_HORIZON: '13mo' }, 'at least as long'],
    [{ CRMBET_RETENTION_EVENTS: '365d', CRMBET_EVENT_HORIZON: '1y' }, 'at least as long'],
    [{ CRMBET_RETENTION_PLAYER_DAYS: '12mo', CRMBET_EVENT_HORIZON: '30d' }, 'at least 13mo'],
    [{ CRMBET_RETENTION_PLAYER_DAYS: '13mo' }, 'needs CRMBET_EVENT_HORIZON'],
    [{ CRMBET_RETENTION_PLAYER_DAYS: '13mo', CRMBET_EVENT_HORIZON: '14mo' }, 'needs CRMBET_EVENT_HORIZON'],
  ])('refuses %j', (env, sentence) => {
    expect(() => read(env)).toThrow(ConfigError);
    expect(() => read(env)).toThrow(sentence);
  });
});
