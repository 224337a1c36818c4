import { chooseK } from '../clustering/choose-k.ts';
import { dbscan } from '../clustering/density/dbscan.ts';
import { hdbscan } from '../clustering/density/hdbscan.ts';
import { kmeans } from '../clustering/kmeans.ts';
import { miniBatchKMeans } from '../clustering/mini-batch.ts';
import { partialFit } from '../clustering/partial-fit.ts';
import { adjustedMutualInformation, adjustedRandIndex } from '../clustering/quality/agreement.ts';
import { calinskiHarabasz, daviesBouldin } from '../clustering/quality/criteria.ts';
import { silhouette } from '../clustering/quality/silhouette.ts';
import { stability } from '../clustering/stability.ts';
import { driftBaseline } from '../drift/baseline.ts';
import { drift } from '../drift/drift.ts';
import { clusterRules } from '../explain/cluster-rules.ts';
import { clusterProfiles } from '../explain/profiles.ts';
import { project2d } from '../explain/projection.ts';
import { evaluateRule } from '../explain/rule.ts';
import { lineageOf } from '../lineage/lineage.ts';
import { applyModel } from '../models/apply.ts';
import type { Model } from '../models/model.ts';
import { exportOnnx } from '../onnx/export.ts';
import { runOnnx } from '../onnx/run.ts';
import { fitScaling } from '../scaling.ts';
import { fitBgNbd } from '../scoring/bg-nbd.ts';
import { customerValue } from '../scoring/customer-value.ts';
import { customerValueModel } from '../scoring/customer-value-model.ts';
import { explainLabel } from '../scoring/explain-label.ts';
import { fitLabel } from '../scoring/fit-label.ts';
import { fitGammaGamma } from '../scoring/gamma-gamma.ts';
import { fitRfm } from '../scoring/rfm.ts';
import type { Pool } from '../worker/pool.ts';
import { type FamilyInput, goodInput } from './family-inputs.ts';

/** What the suite sets; a member hands on what its function takes. */
export interface FamilyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: () => void;
  readonly threads?: number;
  readonly pool?: Pool;
}

export interface FamilyAnswer {
  /** All of it. */
  readonly value: unknown;
  /** What has an entry for each row. */
  readonly perRow?: readonly ArrayLike<number>[];
  readonly model?: Model;
}

/** A public function that fits, scores or judges. */
export interface FamilyMember {
  readonly name: string;
  readonly run: (input: FamilyInput, options: FamilyOptions) => FamilyAnswer | Promise<FamilyAnswer>;
  /** Options that are numbers; a dot leads into one. */
  readonly numbers?: readonly string[];
  /** Which labels it takes. */
  readonly labels?: 'clusters' | 'outcomes';
  /** Whether it takes `threads` and `pool`, `onProgress`, and `signal`, which most do. */
  readonly threaded?: boolean;
  readonly reports?: boolean;
  readonly cancellable?: boolean;
  /** Whether it is another member with other options, whose aborts are the same. */
  readonly variant?: boolean;
  /** What of the answer need not be finite. */
  readonly notFinite?: readonly string[];
}

const good = goodInput();
const clustered = await kmeans(good.matrix, { k: 3 });
const bgNbd = (await fitBgNbd(good.matrix, { horizon: 26 })).model;
const gammaGamma = (await fitGammaGamma(good.matrix)).model;
const ofLabel = async (method: 'boosted-trees' | 'logistic') =>
  (await fitLabel(good.matrix, good.outcomes, { method, trees: { maxTrees: 5 }, permutations: 0 })).model;
const trees = await ofLabel('boosted-trees');
const baseline = await driftBaseline(good.matrix, {
  outputs: [{ name: 'cluster', values: clustered.labels }],
});

/** At least one model of each algorithm that we fit, the first with a lineage. */
export const models: readonly Model[] = [
  {
    ...clustered.model,
    lineage: await lineageOf({
      matrix: good.matrix,
      baseline,
      parameters: { k: 3 },
      metrics: { inertia: clustered.model.inertia },
      featureVersions: { T: 2 },
      fittedAt: new Date('2026-01-01'),
    }),
  },
  (await miniBatchKMeans(good.matrix, { k: 3 })).model,
  (await dbscan(good.matrix, { eps: 0.6, minPoints: 4 })).model,
  (await hdbscan(good.matrix, { minClusterSize: 8 })).model,
  (await fitRfm(good.matrix)).model,
  bgNbd,
  gammaGamma,
  customerValueModel(bgNbd, gammaGamma, { discountRate: 0.001 }),
  trees,
  await ofLabel('logistic'),
];

const threaded = { threaded: true } as const;
const reports = { reports: true } as const;

const fits: readonly FamilyMember[] = [
  {
    name: 'kmeans',
    ...threaded,
    ...reports,
    numbers: ['k', 'seed', 'maxIterations', 'tolerance', 'initializations', 'threads'],
    run: async ({ matrix }, options) => {
      const { model, labels, distances } = await kmeans(matrix, { k: 3, ...options });
      return { value: { model, labels, distances }, perRow: [labels, distances], model };
    },
  },
  {
    name: 'kmeans from k-means‖, in logarithms',
    variant: true,
    ...threaded,
    ...reports,
    run: async ({ matrix }, options) => {
      const settings = { k: 3, init: 'k-means||', scaling: 'robust', transform: 'log1p' } as const;
      const { model, labels, distances } = await kmeans(matrix, { ...settings, ...options });
      return { value: { model, labels, distances }, perRow: [labels, distances], model };
    },
  },
  {
    name: 'kmeans without scaling',
    variant: true,
    ...threaded,
    ...reports,
    run: async ({ matrix }, options) => {
      const { model, labels, distances } = await kmeans(matrix, { k: 3, scaling: 'none', ...options });
      return { value: { model, labels, distances }, perRow: [labels, distances], model };
    },
  },
  {
    name: 'miniBatchKMeans',
    ...threaded,
    ...reports,
    numbers: ['k', 'seed', 'batchSize', 'maxIterations', 'patience', 'reassignment'],
    run: async ({ matrix }, options) => {
      const settings = { k: 3, batchSize: 64, maxIterations: 30 };
      const { model, labels, distances } = await miniBatchKMeans(matrix, { ...settings, ...options });
      return { value: { model, labels, distances }, perRow: [labels, distances], model };
    },
  },
  {
    name: 'partialFit',
    numbers: ['decay', 'maxShift'],
    run: async ({ matrix }, options) => {
      const { model, drifted } = await partialFit(clustered.model, matrix, { onDrift: 'report', ...options });
      return { value: { model, drifted }, model };
    },
    // A column that varies although it was constant has no spread to count the shift in.
    notFinite: ['shift'],
  },
  {
    name: 'dbscan',
    ...threaded,
    ...reports,
    numbers: ['eps', 'minPoints', 'exactRows', 'seed'],
    run: async ({ matrix }, options) => {
      const { model, labels, corePoints, ...rest } = await dbscan(matrix, {
        eps: 0.6,
        minPoints: 4,
        ...options,
      });
      return { value: { model, labels, corePoints, rest }, perRow: [labels, corePoints], model };
    },
  },
  {
    name: 'dbscan of a sample',
    variant: true,
    ...threaded,
    ...reports,
    run: async ({ matrix }, options) => {
      const settings = { eps: 0.6, minPoints: 4, exactRows: 60 };
      const { model, labels, corePoints } = await dbscan(matrix, { ...settings, ...options });
      return { value: { model, labels, corePoints }, perRow: [labels, corePoints], model };
    },
  },
  {
    name: 'hdbscan',
    ...threaded,
    ...reports,
    numbers: ['minClusterSize', 'minSamples', 'clusterSelectionEpsilon', 'exactRows', 'seed'],
    run: async ({ matrix }, options) => {
      const { model, ...rest } = await hdbscan(matrix, { minClusterSize: 8, ...options });
      return {
        value: { model, ...rest },
        perRow: [rest.labels, rest.probabilities, rest.outlierScores],
        model,
      };
    },
  },
  {
    name: 'hdbscan of a sample, leaves, one cluster allowed',
    variant: true,
    ...threaded,
    ...reports,
    run: async ({ matrix }, options) => {
      const settings = { clusterSelectionMethod: 'leaf', allowSingleCluster: true } as const;
      const sampled = { minClusterSize: 8, exactRows: 60, ...settings };
      const { model, ...rest } = await hdbscan(matrix, { ...sampled, ...options });
      return {
        value: { model, ...rest },
        perRow: [rest.labels, rest.probabilities, rest.outlierScores],
        model,
      };
    },
  },
  {
    name: 'fitRfm',
    numbers: ['quantiles', 'weights.recency'],
    run: async ({ matrix }, options) => {
      const { model, validation } = await fitRfm(matrix, options);
      return { value: { model, validation }, model };
    },
  },
  {
    name: 'fitBgNbd',
    ...reports,
    numbers: ['horizon', 'holdout.duration'],
    run: async ({ matrix }, options) => {
      const holdout = { column: 'frequency', duration: 10 };
      const { model, ...rest } = await fitBgNbd(matrix, { horizon: 26, holdout, ...options });
      return { value: { model, ...rest }, model };
    },
  },
  {
    name: 'fitGammaGamma',
    ...reports,
    run: async ({ matrix }, options) => {
      const holdout = { column: 'monetary' };
      const { model, ...rest } = await fitGammaGamma(matrix, { holdout, ...options });
      return { value: { model, ...rest }, model };
    },
  },
  {
    name: 'customerValueModel',
    cancellable: false,
    numbers: ['horizon', 'discountRate'],
    run: async ({ matrix }, options) => {
      const purchases = (await fitBgNbd(matrix, { horizon: 26 })).model;
      const spending = (await fitGammaGamma(matrix)).model;
      const model = customerValueModel(purchases, spending, { discountRate: 0.001, ...options });
      return { value: model, model };
    },
  },
  {
    name: 'fitLabel, boosted trees',
    ...reports,
    labels: 'outcomes',
    numbers: [
      'seed',
      'permutations',
      'split.validation',
      'split.calibration',
      'split.stopping',
      'trees.maxTrees',
      'trees.learningRate',
      'trees.maxLeaves',
      'trees.maxDepth',
      'trees.minChildWeight',
      'trees.l2',
      'trees.minGain',
      'trees.rowSample',
      'trees.columnSample',
      'trees.patience',
    ],
    run: async ({ matrix, outcomes }, options) => {
      const settings = { method: 'boosted-trees', permutations: 1, trees: { maxTrees: 4 } } as const;
      const { model, ...rest } = await fitLabel(matrix, outcomes, { ...settings, ...options });
      return { value: { model, ...rest }, model };
    },
  },
  {
    name: 'fitLabel, logistic, by time',
    ...reports,
    labels: 'outcomes',
    numbers: ['logistic.l2', 'logistic.maxIterations'],
    run: async ({ matrix, outcomes }, options) => {
      const time = Array.from(outcomes, (_, i) => i % 60);
      const settings = { method: 'logistic', permutations: 1, time, calibration: 'isotonic' } as const;
      const { model, ...rest } = await fitLabel(matrix, outcomes, { ...settings, ...options });
      return { value: { model, ...rest }, model };
    },
  },
];

const judges: readonly FamilyMember[] = [
  {
    name: 'chooseK',
    ...threaded,
    ...reports,
    numbers: ['from', 'to', 'rows', 'references', 'initializations', 'seed'],
    run: async ({ matrix }, options) => ({
      value: await chooseK(matrix, { to: 3, references: 1, initializations: 1, ...options }),
    }),
  },
  {
    name: 'stability',
    ...reports,
    labels: 'clusters',
    numbers: ['runs', 'share', 'seed'],
    run: async ({ matrix, clusters }, options) => {
      const fit = (rows: typeof matrix, seed: number) =>
        kmeans(rows, { k: 2, seed, threads: 0, maxIterations: 5 });
      return { value: await stability(matrix, fit, { runs: 2, labels: clusters, ...options }) };
    },
  },
  {
    name: 'silhouette',
    ...reports,
    labels: 'clusters',
    numbers: ['sample', 'seed'],
    // NaN for noise and for what was not sampled.
    notFinite: ['values'],
    run: async ({ matrix, clusters }, options) => {
      const value = await silhouette(matrix, clusters, options);
      return { value, perRow: [value.values] };
    },
  },
  {
    name: 'daviesBouldin',
    labels: 'clusters',
    // Infinite where two clusters lie at one place.
    notFinite: ['index'],
    run: async ({ matrix, clusters }, options) => ({
      value: { index: await daviesBouldin(matrix, clusters, options) },
    }),
  },
  {
    name: 'calinskiHarabasz',
    labels: 'clusters',
    // Infinite where nothing varies within the clusters.
    notFinite: ['index'],
    run: async ({ matrix, clusters }, options) => ({
      value: { index: await calinskiHarabasz(matrix, clusters, options) },
    }),
  },
  {
    name: 'adjustedRandIndex',
    labels: 'clusters',
    run: async ({ clusters }, options) => ({
      value: await adjustedRandIndex(clusters, clusters.toReversed(), options),
    }),
  },
  {
    name: 'adjustedMutualInformation',
    labels: 'clusters',
    run: async ({ clusters }, options) => ({
      value: await adjustedMutualInformation(clusters, clusters.toReversed(), options),
    }),
  },
  {
    name: 'clusterRules',
    ...reports,
    labels: 'clusters',
    numbers: ['maxConditions', 'maxRules', 'heldOut', 'seed'],
    run: async ({ matrix, clusters }, options) => {
      const rules = await clusterRules(matrix, clusters, options);
      return { value: rules, perRow: rules.map((rule) => evaluateRule(rule, matrix)) };
    },
  },
  {
    name: 'clusterProfiles',
    cancellable: false,
    labels: 'clusters',
    numbers: ['traits', 'k'],
    run: ({ matrix, clusters }, options) => {
      const { k, traits }: { k: number; traits?: number } = { k: 3, ...options };
      return { value: clusterProfiles(matrix, clusters, k, { traits }) };
    },
  },
  {
    name: 'project2d',
    run: async ({ matrix }, options) => {
      const value = await project2d(matrix, options);
      return { value, perRow: [value.x, value.y] };
    },
  },
  {
    name: 'driftBaseline',
    labels: 'clusters',
    numbers: ['bins'],
    run: async ({ matrix, clusters }, options) => {
      const outputs = [{ name: 'cluster', values: clusters }];
      return { value: await driftBaseline(matrix, { outputs, ...options }) };
    },
  },
  {
    name: 'drift',
    labels: 'clusters',
    run: async ({ matrix, clusters }, options) => {
      const outputs = [{ name: 'cluster', values: clusters }];
      return { value: await drift(baseline, matrix, { outputs, ...options }) };
    },
  },
  {
    name: 'lineageOf',
    numbers: ['seed', 'metrics.auc', 'parameters.k'],
    run: async ({ matrix }, options) => ({ value: await lineageOf({ matrix, ...options }) }),
  },
  {
    name: 'fitScaling',
    cancellable: false,
    run: ({ matrix }) => ({ value: fitScaling(matrix, { scaling: 'robust', transform: 'log1p' }) }),
  },
];

const applied = models.map(
  (model, i): FamilyMember => ({
    name: `applyModel of ${model.algorithm} (${i})`,
    threaded: ['kmeans', 'dbscan', 'hdbscan'].includes(model.algorithm),
    // A purchase model says nothing of a row without a history; DBSCAN no distance where it found no core point.
    notFinite: ['values'],
    variant: i > 0,
    run: async ({ matrix }, options) => {
      const outputs = await applyModel(model, matrix, options);
      return { value: outputs, perRow: outputs.map(({ values }) => values) };
    },
  }),
);

const file = exportOnnx(clustered.model);

const explained: readonly FamilyMember[] = [
  {
    name: 'runOnnx',
    run: async ({ matrix }, options) => {
      const { outputs } = await runOnnx(file, matrix, options);
      return { value: outputs, perRow: [...outputs.values()] };
    },
  },
  {
    name: 'customerValue',
    ...reports,
    numbers: ['holdout.duration'],
    notFinite: ['values', 'standardErrors'],
    run: async ({ matrix }, options) => {
      const holdout = { column: 'monetary', duration: 10 };
      const model = customerValueModel(bgNbd, gammaGamma, { discountRate: 0.01 });
      const {
        values,
        standardErrors,
        holdout: errors,
      } = await customerValue(model, matrix, { holdout, ...options });
      return { value: { values, standardErrors, errors }, perRow: [values, standardErrors] };
    },
  },
  {
    name: 'explainLabel',
    cancellable: false,
    run: ({ matrix }) => {
      if (trees.algorithm !== 'boosted-trees') throw new Error('These are trees.');
      const selected = matrix.select(trees.features);
      const rows = Array.from({ length: Math.min(3, matrix.rowCount) }, (_, i) => selected.row(i));
      return { value: rows.map((row) => explainLabel(trees, row)) };
    },
  },
];

export const familyMembers: readonly FamilyMember[] = [...fits, ...judges, ...applied, ...explained];
