import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventIds } from './event-ids.ts';

const idsOf = (source: string, rows: string[]) => rows.map(eventIds(source));
const rows = fc.array(fc.constantFrom('a', 'b', 'c', '["a","b"]', ''), { maxLength: 30 });

it('gives each row its own id, the same ones each time, and others to another source', () => {
  fc.assert(
    fc.property(rows, (file) => {
      const ids = idsOf('import', file);
      expect(new Set(ids).size).toBe(file.length);
      expect(idsOf('import', file)).toEqual(ids);
      expect(idsOf('other', file).filter((id) => ids.includes(id))).toEqual([]);
      expect(ids.every((id) => id.length <= 128)).toBe(true);
    }),
  );
});

it('keeps the ids of a file that grows at its end, and those of its rows in another order', () => {
  fc.assert(
    fc.property(rows, rows, (file, more) => {
      expect(idsOf('import', [...file, ...more]).slice(0, file.length)).toEqual(idsOf('import', file));
      expect(new Set(idsOf('import', file.toReversed()))).toEqual(new Set(idsOf('import', file)));
    }),
  );
});
