import { describe, expect, it } from 'vitest';
import { columnGroups, columnsOf } from './column-groups.ts';
import { counterNames } from './counters.ts';

const all = 2 ** columnGroups.length - 1;

describe('the groups of columns', () => {
  it('name every counter once', () => {
    expect([...columnsOf(all).counters].sort()).toEqual([...counterNames].sort());
  });

  it('name every moment once', () => {
    expect([...columnsOf(all).moments].sort()).toEqual(
      [
        'firstEventAt',
        'lastEventAt',
        'lastActiveAt',
        'registeredAt',
        'firstDepositAt',
        'lastDepositAt',
        'lastWagerAt',
        'lastSessionAt',
      ].sort(),
    );
  });

  it('are few, because every mask is a statement that each connection keeps', () => {
    expect(columnGroups.length).toBeLessThanOrEqual(5);
  });

  it('give the same set for the same mask', () => {
    for (let mask = 0; mask <= all; mask += 1) expect(columnsOf(mask)).toBe(columnsOf(mask));
    expect(columnsOf(0).counters).toEqual(['events_count', 'activities_count']);
  });
});
