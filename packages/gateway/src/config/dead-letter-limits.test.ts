import { expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { defaultDeadLetterLimits } from './dead-letter-limits.ts';

const read = (env: Record<string, string>) => readConfig(env, '/').deadLetters;

it('bounds the dead letters by default, and as the environment says', () => {
  expect(read({})).toEqual(defaultDeadLetterLimits);
  expect(
    read({
      CRMBET_RETENTION_DEAD_LETTERS: '2y',
      CRMBET_MAX_DEAD_LETTERS: '5',
      CRMBET_MAX_BROWSER_DEAD_LETTERS: '1',
    }),
  ).toEqual({ server: 5, browser: 1, retention: { count: 24, unit: 'month' } });
});

it.each([
  { CRMBET_RETENTION_DEAD_LETTERS: '30' },
  { CRMBET_MAX_DEAD_LETTERS: '0' },
  { CRMBET_MAX_DEAD_LETTERS: 'many' },
  { CRMBET_MAX_BROWSER_DEAD_LETTERS: '1.5' },
])('refuses %j', (env) => {
  expect(() => read(env)).toThrow(ConfigError);
  expect(() => read(env)).toThrow(Object.keys(env)[0]);
});
