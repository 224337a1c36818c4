import { createBreather } from '../breathe.ts';
import { type DriftBaseline, parseDriftBaseline } from '../drift/baseline.ts';
import { EngineError } from '../errors.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { count, invalid, list, number, object, text } from '../models/checks.ts';
import { invalidOption, seedOption } from '../options.ts';
import { dataDigest } from './data-digest.ts';
import { type JsonObject, plainParameters } from './parameters.ts';
import { engineVersion } from './version.ts';

/**
 * Where a model comes from: enough to fit it again to the same answer, or to tell that something was not the same.
 * Plain data, with no clock and no chance in it: the same fit has the same lineage to the byte.
 */
export interface Lineage {
  readonly version: 1;
  /** The caller's id of the model; null without one. */
  readonly model: string | null;
  /** Version of this package. */
  readonly engine: string;
  readonly data: {
    /** As `lineageOf` describes it. */
    readonly digest: string;
    readonly rows: number;
  };
  /** In the order of the matrix; the version is that of the feature's definition, null where none was given. */
  readonly features: readonly { readonly name: string; readonly version: string | null }[];
  readonly parameters: JsonObject;
  readonly seed: number | null;
  readonly device: string | null;
  /** How good the model was when it was fitted, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** RFC 3339 in UTC; null unless the caller gave a time. */
  readonly fittedAt: string | null;
  /** How the training data were spread, for `drift`. */
  readonly baseline: DriftBaseline | null;
}

export interface LineageOptions {
  /** What the model was fitted on. */
  readonly matrix: FeatureMatrix;
  readonly model?: string | undefined;
  /** The fit's own options; signals, pools and callbacks are left out. */
  readonly parameters?: object | undefined;
  readonly seed?: number | undefined;
  readonly device?: string | undefined;
  /** Of the features' definitions, by column name. */
  readonly featureVersions?: Readonly<Record<string, string | number>> | undefined;
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly fittedAt?: Date | undefined;
  readonly baseline?: DriftBaseline | undefined;
  /** Rejects with `engine_aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The data are named by `sha256:` and 64 hex digits over the columns' names and every value in every row. The order of
 * the columns does not matter, as models find them by name; the order of the rows does, as a seed draws rows by their place.
 * Two NaN are the same, and so are 0 and −0.
 *
 * For another implementation: SHA-256 over each column's float32, little-endian, NaN as 7fc00000 and −0 as 0; then over
 * the UTF-8 of the JSON text `["crmbet-matrix-1",rows,[[name,hex],…]]` without spaces, sorted by name (UTF-16 code units).
 * @throws EngineError (as a rejection) `engine_feature_missing` (a version for what is no column),
 *   `engine_option_invalid`, `engine_crypto_unavailable` (a page that was not loaded over HTTPS), `engine_aborted`
 */
export async function lineageOf(options: LineageOptions): Promise<Lineage> {
  const { matrix, featureVersions = {}, metrics = {}, fittedAt } = options;
  for (const name of Object.keys(featureVersions)) {
    if (matrix.names.includes(name)) continue;
    throw new EngineError('engine_feature_missing', `A version is given for "${name}", which is no column.`, {
      details: { feature: name },
    });
  }
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw invalidOption(`metrics/${name}`, 'must be a finite number');
  }
  if (fittedAt && Number.isNaN(fittedAt.getTime())) throw invalidOption('fittedAt', 'must be a time');
  const breathe = createBreather(options.signal);
  await breathe();
  return {
    version: 1,
    model: options.model ?? null,
    engine: engineVersion,
    data: { digest: await dataDigest(matrix, breathe), rows: matrix.rowCount },
    features: matrix.names.map((name) => ({
      name,
      version: Object.hasOwn(featureVersions, name) ? String(featureVersions[name]) : null,
    })),
    parameters: plainParameters(options.parameters ?? {}),
    seed: options.seed === undefined ? null : seedOption(options.seed),
    device: options.device ?? null,
    metrics: sortedByName(metrics),
    fittedAt: fittedAt?.toISOString() ?? null,
    baseline: options.baseline ?? null,
  };
}

/**
 * Checks a lineage from outside; nothing unknown is kept, except in `parameters`.
 * @throws EngineError `engine_model_invalid`, with the path of what is wrong in `details.path`
 */
export function parseLineage(value: unknown): Lineage {
  const lineage = object(value, 'lineage');
  if (lineage.version !== 1) throw invalid('lineage/version', 'must be 1');
  const data = object(lineage.data, 'lineage/data');
  const digest = text(data.digest, 'lineage/data/digest');
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw invalid('lineage/data/digest', 'must be a SHA-256');
  const metrics = Object.entries(object(lineage.metrics, 'lineage/metrics'));
  return {
    version: 1,
    model: orNull(lineage.model, 'lineage/model', text),
    engine: text(lineage.engine, 'lineage/engine'),
    data: { digest, rows: count(data.rows, 'lineage/data/rows') },
    features: list(lineage.features, 'lineage/features').map((entry, j) => {
      const feature = object(entry, `lineage/features/${j}`);
      return {
        name: text(feature.name, `lineage/features/${j}/name`),
        version: orNull(feature.version, `lineage/features/${j}/version`, text),
      };
    }),
    parameters: parseParameters(lineage.parameters),
    seed: orNull(lineage.seed, 'lineage/seed', number),
    device: orNull(lineage.device, 'lineage/device', text),
    metrics: sortedByName(
      Object.fromEntries(metrics.map(([name, entry]) => [name, number(entry, `lineage/metrics/${name}`)])),
    ),
    fittedAt: orNull(lineage.fittedAt, 'lineage/fittedAt', instant),
    baseline: orNull(lineage.baseline, 'lineage/baseline', parseDriftBaseline),
  };
}

function parseParameters(value: unknown): JsonObject {
  try {
    return plainParameters(object(value, 'lineage/parameters'));
  } catch (cause) {
    if (cause instanceof EngineError && cause.code === 'engine_model_invalid') throw cause;
    throw invalid('lineage/parameters', 'must be plain data');
  }
}

function instant(value: unknown, path: string): string {
  const time = text(value, path);
  const parsed = new Date(time);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== time)
    throw invalid(path, 'must be a time in UTC');
  return time;
}

function orNull<T>(value: unknown, path: string, parse: (value: unknown, path: string) => T): T | null {
  return value === null || value === undefined ? null : parse(value, path);
}

function sortedByName(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
