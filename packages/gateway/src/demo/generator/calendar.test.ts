import { describe, expect, it } from 'vitest';
import { fixturesBetween, season } from './calendar.ts';
import { clubs } from './clubs.ts';
import { day, hour } from './time.ts';

describe.each([2025, 2026, 2027, 2028])('the season of %i', (year) => {
  const fixtures = season(year);

  it('is a double round robin: every two clubs meet once at each home', () => {
    expect(fixtures).toHaveLength(380);
    expect(new Set(fixtures.map(({ home, away }) => `${home} v ${away}`)).size).toBe(380);
    expect(fixtures.filter(({ home, away }) => home === away)).toEqual([]);
    expect(new Set(fixtures.map(({ id }) => id)).size).toBe(380);
  });

  it('has 38 rounds in which every club plays once', () => {
    for (let round = 1; round <= 38; round++) {
      const playing = fixtures
        .filter((match) => match.round === round)
        .flatMap(({ home, away }) => [home, away]);
      expect(new Set(playing).size).toBe(clubs.length);
      expect(playing).toHaveLength(clubs.length);
    }
  });

  it('plays on Saturdays, Sundays and Wednesdays from late March to December, in order', () => {
    for (const [i, { kickOff }] of fixtures.entries()) {
      const local = new Date(kickOff - 3 * hour);
      expect([0, 3, 6]).toContain(local.getUTCDay());
      expect(local.getUTCHours()).toBeGreaterThanOrEqual(11);
      expect(kickOff).toBeGreaterThanOrEqual(fixtures[i - 1]?.kickOff ?? 0);
    }
    const first = new Date(fixtures[0]?.kickOff ?? 0);
    const last = new Date(fixtures[379]?.kickOff ?? 0);
    expect(first.getTime()).toBeGreaterThan(Date.UTC(year, 2, 24));
    expect(last.getTime()).toBeLessThan(Date.UTC(year, 11, 10));
    expect(last.getTime()).toBeGreaterThan(Date.UTC(year, 10, 25));
  });

  it('leaves every club two days between its matches', () => {
    for (const { name } of clubs) {
      const own = fixtures.filter(({ home, away }) => home === name || away === name);
      for (const [i, { kickOff }] of own.entries()) {
        if (i > 0) expect(kickOff - (own[i - 1]?.kickOff ?? 0)).toBeGreaterThan(2 * day);
      }
    }
  });

  it('has chances that sum to one and favour the stronger club', () => {
    for (const { chances } of fixtures) {
      expect(chances[0] + chances[1] + chances[2]).toBeCloseTo(1);
      expect(Math.min(...chances)).toBeGreaterThan(0.05);
    }
    const best = fixtures.find(({ home, away }) => home === clubs[0].name && away === clubs[19].name);
    expect(best?.chances[0]).toBeGreaterThan(best?.chances[2] ?? 1);
  });
});

it('gives the matches of a stretch of time, across years', () => {
  const found = fixturesBetween(Date.UTC(2026, 10, 1), Date.UTC(2027, 4, 1));
  expect(new Set(found.map(({ kickOff }) => new Date(kickOff).getUTCFullYear()))).toEqual(
    new Set([2026, 2027]),
  );
});
