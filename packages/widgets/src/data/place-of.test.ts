import { expect, it } from 'vitest';
import { placeOf } from './place-of.ts';

it('knows no cluster of a player who is in none', () => {
  const place = (cluster: number) => ({ model: 'm', modelName: 'groups', cluster });
  expect(placeOf({ cluster: null })).toBeNull();
  expect(placeOf({ cluster: place(-1) })).toBeNull();
  expect(placeOf({ cluster: place(0) })).toEqual(place(0));
});
