import type { EngineWorker, HeldMatrix } from '@crmbet/engine';
import { type CollectedColumns, collectColumns } from '@crmbet/sdk/columns';
import type { Engine } from '../../data/engine.ts';
import type { WidgetClient } from '../../data/widget-client.ts';
import type { ClusterPoint, Feature } from '../../data/wire.ts';
import type { FigureCluster } from '../cluster-explorer/cluster-figure.ts';

/** What is asked of a clustering in the page. */
export type Settings = {
  features: readonly string[];
  /** Only members of this segment; everybody for null. */
  segment: string | null;
  k: number;
};

export type Step = 'engine' | 'reading' | 'clustering' | 'profiling';
export type Progress = { step: Step; share: number };

export type Clustering = {
  clusters: readonly FigureCluster[];
  /** A repeatable sample, for drawing. */
  points: readonly ClusterPoint[];
  players: number;
  asOf: Date;
  /** What the grouping itself took, once the players were read. */
  seconds: number;
};

export type Watch = { signal: AbortSignal; onProgress(progress: Progress): void };

/** What the worker holds: columns of these features, of everybody or of a segment. */
type Held = {
  key: string;
  worker: EngineWorker;
  matrix: HeldMatrix;
  data: Pick<CollectedColumns, 'player' | 'asOf' | 'rows'>;
};

/** Starts of K-Means of which the best is kept, and the seed, as in a training by the gateway. */
const starts = 4;
const seed = 1;

/**
 * Groups players in the page: reads their columns once, moves them into a worker, and asks that for everything else. What it is
 * given stays in this page; nothing here sends anything but the request for the columns.
 */
export class PageClustering {
  #held: Held | undefined;
  #worker: EngineWorker | undefined;

  /**
   * @param catalogue says which features are heavy-tailed, and so are taken by their logarithm
   * @throws EngineError, or what the client and `load` throw
   */
  async run(
    settings: Settings,
    catalogue: ReadonlyMap<string, Feature>,
    ports: { client: WidgetClient; load(): Promise<Engine>; points: number },
    watch: Watch,
  ): Promise<Clustering> {
    const { worker, matrix, data } = await this.#hold(settings, ports, watch);
    const { signal, onProgress } = watch;
    const started = performance.now();
    onProgress({ step: 'clustering', share: 0 });
    const heavyTailed = settings.features.filter((id) => catalogue.get(id)?.unit !== 'share');
    const { model, labels } = await worker.run('kmeans', matrix, {
      k: settings.k,
      seed,
      initializations: starts,
      transform: Object.fromEntries(heavyTailed.map((id) => [id, 'log1p' as const])),
      signal,
      onProgress: ({ phase, iteration, run, runs }) => {
        const within = phase === 'iterate' ? 0.2 + 0.8 * Math.min(1, iteration / 30) : 0.1;
        onProgress({ step: 'clustering', share: (run - 1 + within) / runs });
      },
    });
    onProgress({ step: 'profiling', share: 0 });
    const { x, y } = await worker.run('project2d', matrix, { scaling: model.scaling, signal });
    onProgress({ step: 'profiling', share: 0.5 });
    const profiles = await worker.run('clusterProfiles', matrix, { labels, k: model.k, signal });
    return {
      clusters: profiles
        .map(({ cluster, size, share, traits }) => ({ index: cluster, size, share, traits }))
        .toSorted((a, b) => b.size - a.size || a.index - b.index),
      points: sample(labels, x, y, data.player, ports.points),
      players: data.rows,
      asOf: data.asOf,
      seconds: (performance.now() - started) / 1000,
    };
  }

  /** Ends the worker and forgets the players. */
  close(): void {
    this.#held = undefined;
    void this.#worker?.close();
    this.#worker = undefined;
  }

  async #hold(
    { features, segment }: Settings,
    { client, load }: { client: WidgetClient; load(): Promise<Engine> },
    { signal, onProgress }: Watch,
  ): Promise<Held> {
    const key = JSON.stringify([features, segment]);
    if (this.#held?.key === key) return this.#held;
    this.#held?.matrix.free();
    this.#held = undefined;
    onProgress({ step: 'engine', share: 0 });
    const engine = await load();
    signal.throwIfAborted();
    onProgress({ step: 'reading', share: 0 });
    const answer = await client.features.columns(
      { features, precision: 'single', ...(segment === null ? {} : { segment }) },
      { signal },
    );
    const { columns, ...data } = await collectColumns(answer, {
      onProgress: (rows, of) => onProgress({ step: 'reading', share: rows / Math.max(1, of) }),
    });
    signal.throwIfAborted();
    this.#worker ??= engine.openEngineWorker();
    const worker = this.#worker;
    try {
      const matrix = await worker.load(features, columns);
      this.#held = { key, worker, matrix, data };
      return this.#held;
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

/** Every so-manieth row. The gateway orders players by an id that says nothing about them, so that this is a fair sample. */
function sample(
  labels: Int32Array,
  x: Float32Array,
  y: Float32Array,
  player: (row: number) => string,
  most: number,
): ClusterPoint[] {
  const count = Math.min(most, labels.length);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor((index * labels.length) / count);
    return { player: player(row), x: x[row] ?? 0, y: y[row] ?? 0, cluster: labels[row] ?? -1 };
  });
}
