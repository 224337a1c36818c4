export { type KMeansOptions, type KMeansProgress, type KMeansResult, kmeans } from './clustering/kmeans.ts';
export {
  centroidsInUnits,
  deserializeModel,
  type KMeansModel,
  parseModel,
  serializeModel,
} from './clustering/model.ts';
export { type Prediction, type PredictOptions, predict } from './clustering/predict.ts';
export type { ThreadingOptions } from './devices/crew.ts';
export { type DeviceChoice, selectDevice } from './devices/select.ts';
export { EngineError, type EngineErrorCode, type EngineErrorDetails } from './errors.ts';
export type { KernelDevice } from './kernels/kernel.ts';
export { type Column, FeatureMatrix } from './matrix.ts';
export {
  type ColumnTransform,
  fitScaling,
  type Scaling,
  type ScalingMethod,
  type ScalingOptions,
} from './scaling.ts';
export { openPool, type Pool, type PoolOptions } from './worker/pool.ts';
