export { type ChooseKOptions, type ChooseKProgress, type ChosenK, chooseK } from './clustering/choose-k.ts';
export type { ColumnDrift } from './clustering/column-drift.ts';
export { assignDbscan, type DbscanAssignment } from './clustering/density/assign-dbscan.ts';
export { assignHdbscan, type HdbscanAssignment } from './clustering/density/assign-hdbscan.ts';
export {
  type DbscanOptions,
  type DbscanProgress,
  type DbscanResult,
  dbscan,
} from './clustering/density/dbscan.ts';
export type { DbscanCluster, DbscanModel } from './clustering/density/dbscan-model.ts';
export {
  type HdbscanOptions,
  type HdbscanProgress,
  type HdbscanResult,
  hdbscan,
} from './clustering/density/hdbscan.ts';
export type { HdbscanCluster, HdbscanModel } from './clustering/density/hdbscan-model.ts';
export type { Members } from './clustering/density/members.ts';
export type { ClusterSelectionMethod } from './clustering/density/select-clusters.ts';
export { type KMeansOptions, type KMeansProgress, type KMeansResult, kmeans } from './clustering/kmeans.ts';
export { centroidsInUnits, type KMeansModel, parseKMeansModel } from './clustering/kmeans-model.ts';
export { type MiniBatchOptions, miniBatchKMeans } from './clustering/mini-batch.ts';
export { type PartialFitOptions, type PartialFitResult, partialFit } from './clustering/partial-fit.ts';
export { type Prediction, type PredictOptions, predict } from './clustering/predict.ts';
export {
  type AgreementOptions,
  adjustedMutualInformation,
  adjustedRandIndex,
} from './clustering/quality/agreement.ts';
export { calinskiHarabasz, daviesBouldin } from './clustering/quality/criteria.ts';
export type { QualityOptions } from './clustering/quality/labelling.ts';
export {
  type ClusterSilhouette,
  type Silhouette,
  type SilhouetteOptions,
  silhouette,
} from './clustering/quality/silhouette.ts';
export type { KCandidate, KMethod, KReason } from './clustering/recommend-k.ts';
export {
  type ClusterStability,
  type Stability,
  type StabilityFit,
  type StabilityOptions,
  stability,
} from './clustering/stability.ts';
export type { ThreadingOptions } from './devices/crew.ts';
export type { Device, DeviceChoice, DeviceNotice } from './devices/device.ts';
export {
  measureWebGpu,
  type WebGpuKernelTime,
  type WebGpuMeasurement,
  type WebGpuMeasureOptions,
} from './devices/measure-webgpu.ts';
export { type KernelChoice, type KernelFactory, selectDevice } from './devices/select.ts';
export {
  type ColumnBaseline,
  type DriftBaseline,
  type DriftBaselineOptions,
  driftBaseline,
  type LabelBaseline,
  type NumberBaseline,
  type OutputColumn,
  parseDriftBaseline,
} from './drift/baseline.ts';
export { type Drift, type DriftBin, type DriftOptions, drift, type FeatureDrift } from './drift/drift.ts';
export type { DriftLevel } from './drift/psi.ts';
export { EngineError, type EngineErrorCode, type EngineErrorDetails } from './errors.ts';
export {
  type ClusterRule,
  type ClusterRuleOptions,
  clusterRules,
  type Fidelity,
} from './explain/cluster-rules.ts';
export {
  type ClusterProfile,
  type ClusterTrait,
  clusterProfiles,
  type FeatureProfile,
  type ProfileOptions,
} from './explain/profiles.ts';
export {
  type Projection,
  type ProjectionOptions,
  type ProjectionPlane,
  project2d,
  projectPoints,
} from './explain/projection.ts';
export { evaluateRule, type Rule, type RuleCondition } from './explain/rule.ts';
export { type SegmentRule, segmentRule } from './explain/segment-rule.ts';
export type { Kernel, KernelDevice } from './kernels/kernel.ts';
export { type Lineage, type LineageOptions, lineageOf, parseLineage } from './lineage/lineage.ts';
export type { Json, JsonObject } from './lineage/parameters.ts';
export { type Column, FeatureMatrix } from './matrix.ts';
export { type ApplyOptions, applyModel, type ModelOutput } from './models/apply.ts';
export { type Algorithm, deserializeModel, type Model, parseModel, serializeModel } from './models/model.ts';
export { modelOutputs, type OutputDefinition, type OutputKind } from './models/outputs.ts';
export type { ApplyOnnxOptions } from './onnx/apply.ts';
export { exportOnnx } from './onnx/export.ts';
export { describeOnnx, type OnnxFile, type OnnxValue } from './onnx/file.ts';
export {
  checkFeatureVersions,
  type OnnxManifest,
  type OnnxMeaning,
  parseOnnxManifest,
} from './onnx/manifest.ts';
export { onnxFeatures, readOnnxMetadata } from './onnx/metadata.ts';
export { type OnnxModel, onnxModel } from './onnx/onnx-model.ts';
export { type OpenedOnnxModel, type OpenOnnxOptions, openOnnxModel } from './onnx/open.ts';
export { type OnnxResult, type RunOnnxOptions, runOnnx } from './onnx/run.ts';
export type { OnnxRunOptions, OnnxRuntimeOptions } from './onnx/session.ts';
export {
  type ColumnTransform,
  fitScaling,
  type Scaling,
  type ScalingMethod,
  type ScalingOptions,
} from './scaling.ts';
export {
  type BgNbdOptions,
  type BgNbdPrediction,
  type BgNbdResult,
  type FitProgress,
  fitBgNbd,
  predictPurchases,
} from './scoring/bg-nbd.ts';
export { type BgNbdParameters, expectedOfNewPlayer } from './scoring/bg-nbd-expectation.ts';
export type { BgNbdModel } from './scoring/bg-nbd-model.ts';
export type { BgNbdValidation, PurchaseHoldout } from './scoring/bg-nbd-validation.ts';
export type { BoostedTreesModel } from './scoring/boosted-trees.ts';
export type { BoostingOptions } from './scoring/boosting.ts';
export type { Calibration, CalibrationMethod } from './scoring/calibration.ts';
export type { FrequencyBucket, PredictionErrors } from './scoring/comparison.ts';
export {
  type CustomerValueOptions,
  type CustomerValueResult,
  customerValue,
} from './scoring/customer-value.ts';
export { type CustomerValueModel, customerValueModel } from './scoring/customer-value-model.ts';
export { type Contribution, explainLabel, type LabelExplanation } from './scoring/explain-label.ts';
export { fitLabel, type LabelFit } from './scoring/fit-label.ts';
export type { LogisticOptions } from './scoring/fit-logistic.ts';
export {
  fitGammaGamma,
  type GammaGammaOptions,
  type GammaGammaResult,
  type GammaGammaValidation,
  predictValue,
} from './scoring/gamma-gamma.ts';
export type { GammaGammaModel, GammaGammaParameters } from './scoring/gamma-gamma-model.ts';
export type { FitNotice } from './scoring/guard-rails.ts';
export type { FeatureImportance } from './scoring/importance.ts';
export type { LabelModel } from './scoring/label-model.ts';
export type { FitLabelOptions, FitLabelProgress } from './scoring/label-options.ts';
export type { LogisticModel } from './scoring/logistic.ts';
export { type PredictLabelOptions, predictLabel } from './scoring/predict-label.ts';
export type { TimeUnit } from './scoring/purchase-history.ts';
export {
  type AxisValidation,
  fitRfm,
  type RfmOptions,
  type RfmResult,
  type RfmScores,
  type RfmValidation,
  rfmScores,
} from './scoring/rfm.ts';
export { type RfmGroup, rfmGroups } from './scoring/rfm-groups.ts';
export type { RfmAxis, RfmModel } from './scoring/rfm-model.ts';
export type { SplitShares } from './scoring/split-rows.ts';
export type { Tree } from './scoring/tree.ts';
export type { LabelValidation, LiftDecile, ReliabilityBin } from './scoring/validation.ts';
export { openPool, type Pool, type PoolOptions } from './worker/pool.ts';
export {
  type EngineWorker,
  type EngineWorkerOptions,
  type HeldMatrix,
  openEngineWorker,
} from './worker/whole/engine-client.ts';
export type { TaskName, TaskOptions, TaskResult } from './worker/whole/tasks.ts';
