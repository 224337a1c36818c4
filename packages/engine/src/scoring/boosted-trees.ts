import { type Lineage, parseLineage } from '../lineage/lineage.ts';
import { featureNames, float32s, list, number, object, oneOf } from '../models/checks.ts';
import { type Calibration, parseCalibration } from './calibration.ts';
import { addTree, compileTree, parseTree, rowMajor, type Tree } from './tree.ts';

/** Fitted boosted trees as plain data. A leaf may stand for few players, none is named. */
export interface BoostedTreesModel {
  readonly algorithm: 'boosted-trees';
  readonly version: 1;
  readonly features: readonly string[];
  /** Log-odds before any tree; a float32 value. */
  readonly base: number;
  /** What they add up to, with `base`, are log-odds that `calibration` makes a probability of. */
  readonly trees: readonly Tree[];
  readonly calibration: Calibration;
  readonly seed: number;
  readonly lineage?: Lineage;
}

/** @throws EngineError `engine_model_invalid` */
export function parseBoostedTreesModel(value: unknown): BoostedTreesModel {
  const model = object(value, 'model');
  const features = featureNames(model.features);
  return {
    algorithm: oneOf(model.algorithm, 'algorithm', ['boosted-trees']),
    version: oneOf(model.version, 'version', [1]),
    features,
    base: float32s([model.base], 'base')[0] ?? 0,
    trees: list(model.trees, 'trees').map((tree, t) => parseTree(tree, `trees/${t}`, features.length)),
    calibration: parseCalibration(model.calibration),
    seed: number(model.seed, 'seed'),
    ...(model.lineage === undefined ? {} : { lineage: parseLineage(model.lineage) }),
  };
}

/** Log-odds of rows, before calibration, as a function of their columns. */
export function treeMargins(
  base: number,
  trees: readonly Tree[],
): (columns: readonly Float32Array[], margins: Float64Array) => void {
  const compiled = trees.map(compileTree);
  let block = new Float32Array(0);
  return (columns, margins) => {
    margins.fill(base);
    const width = columns.length;
    if (block.length < width * margins.length) block = new Float32Array(width * margins.length);
    rowMajor(columns, 0, margins.length, block);
    for (const tree of compiled) addTree(tree, block, width, margins);
  };
}
