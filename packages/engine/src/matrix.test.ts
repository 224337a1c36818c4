import { describe, expect, it } from 'vitest';
import { FeatureMatrix } from './matrix.ts';

describe('FeatureMatrix', () => {
  it('gives the same matrix from rows as from columns', () => {
    const fromRows = FeatureMatrix.fromRows(
      ['stake', 'bets'],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    );
    const fromColumns = FeatureMatrix.fromColumns(
      ['stake', 'bets'],
      [new Float32Array([1, 3, 5]), new Float64Array([2, 4, 6])],
    );
    expect(fromRows.columns()).toEqual(fromColumns.columns());
    expect([fromRows.rowCount, fromRows.columnCount]).toEqual([3, 2]);
    expect(fromRows.row(1)).toEqual(new Float32Array([3, 4]));
  });

  it('keeps missing values, and a Float32Array without copying it', () => {
    const column = new Float32Array([1, Number.NaN]);
    const matrix = FeatureMatrix.fromColumns(['a'], [column]);
    expect(matrix.column(0)).toBe(column);
  });

  it('selects columns by name', () => {
    const matrix = FeatureMatrix.fromRows(['a', 'b', 'c'], [[1, 2, 3]]);
    expect(matrix.select(['c', 'a']).row(0)).toEqual(new Float32Array([3, 1]));
    expect(matrix.select(['a', 'b', 'c'])).toBe(matrix);
    expect(() => matrix.select(['a', 'd'])).toThrow(
      expect.objectContaining({ code: 'engine_feature_missing', details: { feature: 'd' } }),
    );
  });

  it.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39])(
    'refuses %d, naming its place',
    (value) => {
      expect(() =>
        FeatureMatrix.fromRows(
          ['a', 'b'],
          [
            [1, 2],
            [3, value],
          ],
        ),
      ).toThrow(
        expect.objectContaining({ code: 'engine_matrix_not_finite', details: { feature: 'b', row: 1 } }),
      );
    },
  );

  it.each<[string, string[], number[][]]>([
    ['no columns', [], []],
    ['an empty name', [''], [[1]]],
    ['a name twice', ['a', 'a'], [[1, 2]]],
    ['a short row', ['a', 'b'], [[1]]],
  ])('refuses %s', (_, names, rows) => {
    expect(() => FeatureMatrix.fromRows(names, rows)).toThrow(
      expect.objectContaining({ code: 'engine_matrix_shape' }),
    );
  });

  it('refuses columns of different lengths, and a row or column that is not there', () => {
    const shape = expect.objectContaining({ code: 'engine_matrix_shape' });
    expect(() => FeatureMatrix.fromColumns(['a', 'b'], [new Float32Array(2), new Float32Array(3)])).toThrow(
      shape,
    );
    expect(() => FeatureMatrix.fromColumns(['a', 'b'], [new Float32Array(2)])).toThrow(shape);
    const matrix = FeatureMatrix.fromRows(['a'], [[1]]);
    expect(() => matrix.row(1)).toThrow(shape);
    expect(() => matrix.column(1)).toThrow(shape);
  });
});
