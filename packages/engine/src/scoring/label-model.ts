import { type BoostedTreesModel, treeMargins } from './boosted-trees.ts';
import { type LogisticModel, logisticMargins } from './logistic.ts';

/** What `fitLabel` fits. */
export type LabelModel = BoostedTreesModel | LogisticModel;

/** Rows of a block: its columns stay in the cache while every tree passes over them. */
const blockRows = 4096;

/** Log-odds before calibration, a row each; what decides is all but the calibration. */
export type MarginFunction = (columns: readonly Float32Array[], margins: Float64Array) => void;

export function marginFunction(model: LabelModel): MarginFunction {
  return model.algorithm === 'logistic' ? logisticMargins(model) : treeMargins(model.base, model.trees);
}

/** @throws EngineError (as a rejection) `engine_aborted` */
export async function computeMargins(
  fill: MarginFunction,
  columns: readonly Float32Array[],
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const margins = new Float64Array(columns[0]?.length ?? 0);
  for (let start = 0; start < margins.length; start += blockRows) {
    const end = start + blockRows;
    fill(
      columns.map((column) => column.subarray(start, end)),
      margins.subarray(start, end),
    );
    await breathe();
  }
  return margins;
}
