import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DeviceChoice,
  EngineError,
  FeatureMatrix,
  kmeans,
  measureWebGpu,
  type WebGpuMeasurement,
} from '@crmbet/engine';

interface Shape {
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
}

interface Fit {
  readonly device: string;
  /** From raw columns to labels, everything set up before. */
  readonly seconds: number;
  readonly iterationSeconds: number;
  readonly inertia: number;
}

/** Larger than a card's cache, or copying would be measured in it. */
const cardShapes: Shape[] = [
  { rows: 4_000_000, features: 16, clusters: 16 },
  { rows: 4_000_000, features: 8, clusters: 8 },
  { rows: 4_000_000, features: 32, clusters: 16 },
  { rows: 4_000_000, features: 16, clusters: 64 },
  { rows: 1_000_000, features: 16, clusters: 16 },
];

const softwareShapes: Shape[] = [{ rows: 20_000, features: 16, clusters: 16 }];

/**
 * Each WGSL kernel against what copying reaches in the same run, then a fit against the CPU's from the same start.
 * `--quick`: the first shape only. `--rows N`: that many.
 * @returns the exit code
 */
export async function benchWebGpu(argv: readonly string[]): Promise<number> {
  try {
    await bench(argv);
    return 0;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'engine_device_unavailable') throw error;
    console.error(error.message);
    console.log(JSON.stringify({ bench: 'engine-webgpu', skipped: error.message }));
    return 0;
  }
}

async function bench(argv: readonly string[]): Promise<void> {
  const card = await measureWebGpu({ rows: 1024, features: 1, clusters: 1 });
  const name = card.description || `${card.vendor} ${card.architecture}`;
  console.log(`adapter: ${name}${card.software ? ' (software: no graphics card, small sizes)' : ''}`);
  console.log(`clock: ${card.timestamps ? 'the device’s own (timestamp-query)' : 'the wall’s'}`);
  const rowsAt = argv.indexOf('--rows');
  const shapes = (card.software ? softwareShapes : cardShapes)
    .slice(0, argv.includes('--quick') ? 1 : undefined)
    .map((shape) => (rowsAt < 0 ? shape : { ...shape, rows: Number(argv[rowsAt + 1]) }));

  const measured: WebGpuMeasurement[] = [];
  for (const shape of shapes) {
    const measurement = await measureWebGpu(shape);
    measured.push(measurement);
    print(measurement);
  }
  const [first] = measured;
  if (!first) return;
  const matrix = drawRows(first);
  const fits = [await fit(matrix, first, 'webgpu'), await fit(matrix, first, 'cpu')];
  console.log(`20 iterations from the same start, ${nameOf(first)}:`);
  console.table(
    fits.map(({ device, seconds, iterationSeconds, inertia }) => ({
      device,
      'fit ms': (seconds * 1000).toFixed(1),
      'iteration ms': (iterationSeconds * 1000).toFixed(3),
      inertia: inertia.toPrecision(9),
    })),
  );

  const [gpu, cpu] = fits;
  const share = (kernel: string): number =>
    round(first.kernels.find((timed) => timed.kernel === kernel)?.shareOfCopy ?? Number.NaN);
  const figures = {
    bench: 'engine-webgpu',
    adapter: name,
    software: card.software,
    shape: nameOf(first),
    copy_gb_s: round(first.copyBytesPerSecond / 1e9),
    upload_gb_s: round(first.uploadBytesPerSecond / 1e9),
    assign_share: share('assign'),
    step_share: share('step'),
    step_all_move_share: share('step (all move)'),
    potential_share: share('potential'),
    iteration_vs_cpu: ratio(cpu?.iterationSeconds, gpu?.iterationSeconds),
    fit_vs_cpu: ratio(cpu?.seconds, gpu?.seconds),
  };
  const results = join(import.meta.dirname, '..', 'results');
  await mkdir(results, { recursive: true });
  await writeFile(
    join(results, 'engine-webgpu.json'),
    `${JSON.stringify({ ...figures, measured, fits, node: process.version }, null, 2)}\n`,
  );
  console.log(JSON.stringify(figures));
}

function print(measurement: WebGpuMeasurement): void {
  const { copyBytesPerSecond, uploadBytesPerSecond, kernels } = measurement;
  console.log(
    `\n${nameOf(measurement)}: copying ${gigabytes(copyBytesPerSecond)} GB/s, upload ${gigabytes(uploadBytesPerSecond)} GB/s`,
  );
  console.table(
    Object.fromEntries(
      kernels.map(({ kernel, seconds, bytes, shareOfCopy }) => [
        kernel,
        {
          ms: (seconds * 1000).toFixed(4),
          MB: (bytes / 1e6).toFixed(1),
          'GB/s': gigabytes(bytes / seconds),
          'of copy': `${(shareOfCopy * 100).toFixed(0)} %`,
        },
      ]),
    ),
  );
}

/** Twice, of which the second counts: the first compiles kernels or starts workers. */
async function fit(matrix: FeatureMatrix, shape: Shape, device: DeviceChoice): Promise<Fit> {
  const init = Array.from({ length: shape.clusters }, (_, k) => Array.from(matrix.row(k)));
  const once = async (
    maxIterations: number,
  ): Promise<{ seconds: number; inertia: number; device: string }> => {
    const start = performance.now();
    const options = {
      k: shape.clusters,
      init,
      tolerance: 0,
      scaling: 'none',
      maxIterations,
      device,
    } as const;
    const { model } = await kmeans(matrix, options);
    return { seconds: (performance.now() - start) / 1000, inertia: model.inertia, device: model.device };
  };
  await once(2);
  const short = await once(2);
  const long = await once(20);
  const iterationSeconds = Math.max(0, long.seconds - short.seconds) / 18;
  return { device: long.device, seconds: long.seconds, iterationSeconds, inertia: long.inertia };
}

/** Overlapping groups from a small congruential generator: the same rows in every run. */
function drawRows({ rows, features, clusters }: Shape): FeatureMatrix {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const columns = Array.from({ length: features }, () => {
    const centers = Array.from({ length: clusters }, () => random() * 4);
    return Float32Array.from({ length: rows }, (_, i) => (centers[i % clusters] ?? 0) + random() + random());
  });
  return FeatureMatrix.fromColumns(
    columns.map((_, j) => `feature_${j}`),
    columns,
  );
}

function nameOf({ rows, features, clusters }: Shape): string {
  return `${rows} × ${features}, ${clusters} clusters`;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toPrecision(4);
}

/** Null where a clock saw no difference. */
function ratio(theirs = 0, ours = 0): number | null {
  return theirs > 0 && ours > 0 ? round(theirs / ours) : null;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
