import { z } from '@hono/zod-openapi';
import { counterNames, counters } from '../ingest/counters.ts';

/** What a model is for. Its versions may differ in everything else, and all answer the same question. */
export const purposes = ['clusters', 'value', 'churn', 'propensity', 'rfm', 'label', 'custom'] as const;

export type Purpose = (typeof purposes)[number];

const HorizonDays = z
  .int()
  .min(7)
  .max(180)
  .default(30)
  .openapi({ description: 'Days after the day of the features in which the answer is looked for' });

const countCounters = counterNames.filter((name) => counters[name] === 'count');

/** What a supervised model learns to foretell, of each player. */
export const Target = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('churn'), horizonDays: HorizonDays })
      .openapi('ChurnTarget', { description: 'The player does nothing for so many days' }),
    z
      .strictObject({
        kind: z.literal('propensity'),
        counter: z.enum(countCounters).openapi({ description: 'What is counted', example: 'deposits_count' }),
        atLeast: z.int().min(1).max(1_000_000).default(1),
        horizonDays: HorizonDays,
      })
      .openapi('PropensityTarget', { description: 'The player does something at least so often' }),
    z
      .strictObject({ kind: z.literal('label'), segment: z.uuid() })
      .openapi('LabelTarget', { description: 'The player is a member of a segment, which is the own label' }),
  ])
  .openapi('Target');

export type Target = z.infer<typeof Target>;

const K = z.int().min(2).max(64).openapi({ description: 'Number of clusters' });

/** The parameters of each algorithm that trains here: what a caller sends beside `algorithm`, and what a version keeps. */
export const parameterShapes = {
  kmeans: { k: K },
  mini_batch_kmeans: { k: K, batchSize: z.int().min(64).max(65_536).default(4096) },
  dbscan: {
    eps: z.number().positive().max(1000).openapi({
      description: 'Radius of a neighbourhood, in scaled space: 1 is a standard deviation of a feature',
    }),
    minPoints: z.int().min(2).max(10_000).default(5),
  },
  hdbscan: {
    minClusterSize: z.int().min(2).max(100_000).default(50),
    minSamples: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .openapi({ description: '`minClusterSize`, at most 1000, where left out' }),
  },
  rfm: { quantiles: z.int().min(2).max(10).default(5) },
  customer_value: {
    horizonDays: z
      .int()
      .min(1)
      .max(730)
      .default(90)
      .openapi({ description: 'Days ahead that the value is of' }),
  },
  logistic: {
    target: Target,
    l2: z.number().positive().max(1e6).default(1).openapi({ description: 'Strength of the ridge penalty' }),
  },
  boosted_trees: {
    target: Target,
    trees: z.int().min(1).max(1000).default(200),
    depth: z.int().min(1).max(10).default(4),
    learningRate: z.number().positive().max(1).default(0.1),
  },
} as const;

export type TrainedAlgorithm = keyof typeof parameterShapes;

const isTrained = (name: string): name is TrainedAlgorithm => Object.hasOwn(parameterShapes, name);
export const trainedAlgorithms: readonly TrainedAlgorithm[] = Object.keys(parameterShapes).filter(isTrained);

/** `onnx` is brought, not trained. */
export const algorithms = [...trainedAlgorithms, 'onnx'] as const;

export type Algorithm = TrainedAlgorithm | 'onnx';

export type ParametersOf<A extends TrainedAlgorithm> = z.infer<z.ZodObject<(typeof parameterShapes)[A]>>;

/** An algorithm with its own parameters. */
export type SettingOf<A extends TrainedAlgorithm> = {
  [P in A]: { algorithm: P; parameters: ParametersOf<P> };
}[A];

export type Setting = SettingOf<TrainedAlgorithm>;

const settingOf = <A extends TrainedAlgorithm>(algorithm: A) =>
  z.strictObject({
    algorithm: z.literal(algorithm),
    parameters: z.strictObject(parameterShapes[algorithm]),
  });

/** Checks what a caller sends and what the store kept, strictly; defaults are filled in. */
export const Setting = z.discriminatedUnion('algorithm', [
  settingOf('kmeans'),
  settingOf('mini_batch_kmeans'),
  settingOf('dbscan'),
  settingOf('hdbscan'),
  settingOf('rfm'),
  settingOf('customer_value'),
  settingOf('logistic'),
  settingOf('boosted_trees'),
]);

/** What a model of this setting is for. */
export function purposeOf(setting: Setting): Purpose {
  switch (setting.algorithm) {
    case 'kmeans':
    case 'mini_batch_kmeans':
    case 'dbscan':
    case 'hdbscan':
      return 'clusters';
    case 'rfm':
      return 'rfm';
    case 'customer_value':
      return 'value';
    case 'logistic':
    case 'boosted_trees':
      return setting.parameters.target.kind;
  }
}
