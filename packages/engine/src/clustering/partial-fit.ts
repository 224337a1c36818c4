import { createBreather } from '../breathe.ts';
import { openCrew, withCrew } from '../devices/crew.ts';
import type { DeviceChoice } from '../devices/device.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { choiceOption, invalidOption } from '../options.ts';
import { batchTotals, learn } from './batches.ts';
import { type ColumnDrift, columnDrifts } from './column-drift.ts';
import { centroidRows, flatCentroids, type KMeansModel } from './kmeans-model.ts';

export interface PartialFitOptions {
  /**
   * What the model has weighed so far counts this much, before the new rows are added. Default 1: the centroids are the
   * means of everything, and move less and less. Below 1 the past fades: 0.5 halves it with each call.
   */
  readonly decay?: number | undefined;
  /**
   * How many spreads of its scaling a column's median may lie from where the scaling has its centre. Default 3.
   * Looked at from 30 rows on.
   */
  readonly maxShift?: number | undefined;
  /** `refuse` (default) learns nothing from rows that the model's scaling no longer fits; `report` learns and says so. */
  readonly onDrift?: 'refuse' | 'report' | undefined;
  readonly device?: DeviceChoice | undefined;
  /** Rejects with `engine_aborted`. */
  readonly signal?: AbortSignal | undefined;
}

export interface PartialFitResult {
  /** A new model; the one given is as it was. */
  readonly model: KMeansModel;
  /** Columns that the model's scaling no longer fits; never any unless `onDrift` is `report`. */
  readonly drifted: readonly ColumnDrift[];
}

/**
 * Goes on learning from new rows as one batch (Sculley, "Web-scale k-means clustering", WWW 2010): each row goes to its
 * nearest centroid, and each centroid to the mean of what it has weighed and of its new rows. The clusters keep their
 * numbers and none is ever started again, so that what points to them still does; the scaling stays as it was fitted.
 * A centroid is float32: once it weighs some 10 million rows, a few more no longer move it, unless the past fades.
 *
 * In the new model `sizes`, `inertia` and `iterations` go on counting: each row as it was when it was seen. `lineage` is
 * left out: it spoke of other data.
 * @throws EngineError (as a rejection) `engine_feature_missing`, `engine_feature_drifted` (with the column and what is
 *   wrong in `details`), `engine_matrix_out_of_range`, `engine_option_invalid`, `engine_device_unavailable`,
 *   `engine_out_of_memory`, `engine_aborted`
 */
export async function partialFit(
  model: KMeansModel,
  matrix: FeatureMatrix,
  options: PartialFitOptions = {},
): Promise<PartialFitResult> {
  const { decay = 1, maxShift = 3, onDrift = 'refuse' } = options;
  if (!(decay >= 0 && decay <= 1)) throw invalidOption('decay', 'must be from 0 to 1');
  if (!(maxShift > 0)) throw invalidOption('maxShift', 'must be more than 0');
  choiceOption('onDrift', onDrift, ['refuse', 'report']);
  const selected = matrix.select(model.features);
  const breathe = createBreather(options.signal);
  const drifted = await columnDrifts(model, selected, maxShift, breathe);
  const [first] = drifted;
  if (first && onDrift === 'refuse') throw driftError(first);

  const crew = await openCrew({ device: options.device, threads: 0, signal: options.signal }, 0, 1);
  return withCrew(crew, options.signal, async () => {
    const start = flatCentroids(model);
    const totals = await batchTotals(crew.lanes, selected, model.scaling, model.k, start);
    const centroids = Float64Array.from(start);
    const weights = Float64Array.from(model.weights ?? model.sizes, (weight) => weight * decay);
    learn(centroids, weights, totals);
    const { lineage: _, ...rest } = model;
    return {
      drifted,
      model: {
        ...rest,
        centroids: centroidRows(Float32Array.from(centroids), model.features.length),
        inertia: model.inertia + totals.inertia,
        iterations: model.iterations + 1,
        sizes: model.sizes.map((size, c) => size + (totals.counts[c] ?? 0)),
        weights: [...weights],
        device: crew.device,
      },
    };
  });
}

function driftError({ feature, kind, shift }: ColumnDrift): EngineError {
  const what = {
    shifted: `its median lies ${shift.toFixed(1)} spreads from where it was`,
    'no-longer-constant':
      'it was constant when the model was fitted, and the model cannot see that it varies now',
    'all-missing': 'none of its values is known',
  }[kind];
  return new EngineError(
    'engine_feature_drifted',
    `The model no longer fits the column "${feature}": ${what}.`,
    {
      details: { feature, kind, shift },
    },
  );
}
