import { EngineError } from '../errors.ts';
import { scaleValue } from '../scaling.ts';
import { calibrate } from './calibration.ts';
import { type LabelModel, marginFunction } from './label-model.ts';
import { addTreeShap } from './tree-shap.ts';

export interface Contribution {
  readonly feature: string;
  /** The row's value; null where it is missing. */
  readonly value: number | null;
  /** Log-odds that it adds to `base`; above 0 makes the label more likely. */
  readonly contribution: number;
}

export interface LabelExplanation {
  /** As `predictLabel`. */
  readonly probability: number;
  /** Log-odds before calibration: trees, of the average training row; logistic, where every scaled feature is 0. */
  readonly base: number;
  /** Log-odds of this row before calibration: `base` and all contributions. */
  readonly logOdds: number;
  /** Every feature, the largest contribution first. */
  readonly contributions: readonly Contribution[];
}

/**
 * Why one row has its probability, as contributions that add up. Trees: Shapley values (see `addTreeShap`). Logistic: the
 * coefficient times the scaled value, which under `standard` scaling are its Shapley values if features are independent. What a model leans on is no cause.
 * @param row a value a feature in the order of `model.features`, NaN where missing: `matrix.select(model.features).row(i)`
 * @throws EngineError `engine_matrix_shape`
 */
export function explainLabel(model: LabelModel, row: ArrayLike<number>): LabelExplanation {
  const width = model.features.length;
  if (row.length !== width) {
    throw new EngineError(
      'engine_matrix_shape',
      `The row has ${row.length} values, the model has ${width} features.`,
    );
  }
  const values = Float32Array.from(row);
  const added = new Float64Array(width);
  let base: number;
  if (model.algorithm === 'logistic') {
    base = model.intercept;
    model.coefficients.forEach((coefficient, j) => {
      added[j] = coefficient * scaleValue(model.scaling, j, values[j] ?? Number.NaN);
    });
  } else {
    base = model.trees.reduce((sum, tree) => sum + addTreeShap(tree, values, added), model.base);
  }
  const margins = new Float64Array(1);
  marginFunction(model)(
    Array.from(values, (value) => Float32Array.of(value)),
    margins,
  );
  const logOdds = margins[0] ?? 0;
  return {
    probability: Math.fround(calibrate(model.calibration, logOdds)),
    base,
    logOdds,
    contributions: model.features
      .map((feature, j) => {
        const value = values[j] ?? Number.NaN;
        return { feature, value: Number.isNaN(value) ? null : value, contribution: added[j] ?? 0 };
      })
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}
