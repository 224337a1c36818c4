import { chooseK } from '../../clustering/choose-k.ts';
import { dbscan } from '../../clustering/density/dbscan.ts';
import { hdbscan } from '../../clustering/density/hdbscan.ts';
import { kmeans } from '../../clustering/kmeans.ts';
import { type ClusterRuleOptions, clusterRules } from '../../explain/cluster-rules.ts';
import { clusterProfiles, type ProfileOptions } from '../../explain/profiles.ts';
import { project2d } from '../../explain/projection.ts';
import type { FeatureMatrix } from '../../matrix.ts';
import { type ApplyOptions, applyModel } from '../../models/apply.ts';
import type { Model } from '../../models/model.ts';
import { fitBgNbd } from '../../scoring/bg-nbd.ts';
import { type CustomerValueOptions, customerValue } from '../../scoring/customer-value.ts';
import type { CustomerValueModel } from '../../scoring/customer-value-model.ts';
import { fitGammaGamma } from '../../scoring/gamma-gamma.ts';
import { fitRfm } from '../../scoring/rfm.ts';

/**
 * What can be asked of the engine in a worker: its own functions over a matrix that the worker holds. Options are what the
 * function takes, and `signal` and `onProgress` work as they do in the page; everything else in them must be data.
 */
export const tasks = {
  kmeans,
  chooseK,
  dbscan,
  hdbscan,
  fitRfm,
  fitBgNbd,
  fitGammaGamma,
  project2d,
  applyModel: (matrix: FeatureMatrix, { model, ...options }: ApplyModelInput) =>
    applyModel(model, matrix, options),
  customerValue: (matrix: FeatureMatrix, { model, ...options }: CustomerValueInput) =>
    customerValue(model, matrix, options),
  clusterRules: (matrix: FeatureMatrix, { labels, ...options }: ClusterRulesInput) =>
    clusterRules(matrix, labels, options),
  clusterProfiles: async (matrix: FeatureMatrix, { labels, k, ...options }: ClusterProfilesInput) =>
    clusterProfiles(matrix, labels, k, options),
} satisfies Record<string, (matrix: FeatureMatrix, options: never) => Promise<unknown>>;

interface ApplyModelInput extends Pick<ApplyOptions, 'onnx' | 'signal'> {
  readonly model: Model;
}

interface CustomerValueInput extends CustomerValueOptions {
  readonly model: CustomerValueModel;
}

interface ClusterRulesInput extends ClusterRuleOptions {
  readonly labels: Int32Array;
}

interface ClusterProfilesInput extends ProfileOptions {
  readonly labels: Int32Array;
  readonly k: number;
}

export type TaskName = keyof typeof tasks;
/** Those of the function, but for what cannot be sent to a worker. */
export type TaskOptions<T extends TaskName> = Omit<
  NonNullable<Parameters<(typeof tasks)[T]>[1]>,
  'pool' | 'onNotice'
> & {
  readonly signal?: AbortSignal | undefined;
};
export type TaskResult<T extends TaskName> = Awaited<ReturnType<(typeof tasks)[T]>>;
