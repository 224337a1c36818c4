import type { EngineWorker, HeldMatrix } from '@crmbet/engine';
import { type CollectedColumns, collectColumns } from '@crmbet/sdk/columns';
import type { Engine } from '../../data/engine.ts';
import type { WidgetClient } from '../../data/widget-client.ts';
import type { ClusterPoint, Feature, Rule } from '../../data/wire.ts';
import type { FigureCluster } from '../cluster-explorer/cluster-figure.ts';
import { findGroups, type Method, type Structure, seed } from './find-groups.ts';

/** What is asked of a clustering in the page. */
export type Settings = {
  features: readonly string[];
  /** Only members of this segment; everybody for null. */
  segment: string | null;
  method: Method;
};

export type Step = 'engine' | 'reading' | 'counting' | 'clustering' | 'profiling' | 'rules';
export type Progress = { step: Step; share: number };

/** A rule that stands for a cluster, and how well it does, on players that it was not learned from. */
export type RuledCluster = FigureCluster & {
  /** Null where the cluster has none. */
  rule: Rule | null;
  /** Of the players for whom the rule holds, the share that is of the cluster. */
  precision: number;
  /** Of the cluster's players, the share for whom it holds. */
  recall: number;
};

export type Clustering = {
  /** The largest first; their indexes count up. */
  clusters: readonly RuledCluster[];
  structure: Structure | null;
  /** Players who are in no cluster. */
  noise: number;
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
  engine: Engine;
  worker: EngineWorker;
  matrix: HeldMatrix;
  data: Pick<CollectedColumns, 'player' | 'asOf' | 'rows'>;
};

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
    const held = await this.#hold(settings, ports, watch);
    try {
      return await this.#group(held, settings, catalogue, ports.points, watch);
    } catch (error) {
      // A worker that failed answers nobody any more: the next grouping starts another one.
      if (
        typeof error === 'object' &&
        error !== null &&
        Reflect.get(error, 'code') === 'engine_worker_failed'
      )
        this.close();
      throw error;
    }
  }

  async #group(
    { engine, worker, matrix, data }: Held,
    settings: Settings,
    catalogue: ReadonlyMap<string, Feature>,
    points: number,
    watch: Watch,
  ): Promise<Clustering> {
    const { signal, onProgress } = watch;
    const started = performance.now();
    const heavyTailed = settings.features.filter((id) => catalogue.get(id)?.unit !== 'share');
    const transform = Object.fromEntries(heavyTailed.map((id) => [id, 'log1p' as const]));
    const { labels, count, scaling, structure } = await findGroups(
      worker,
      matrix,
      settings.method,
      transform,
      {
        signal,
        onProgress: (step, share) => onProgress({ step, share }),
      },
    );
    onProgress({ step: 'profiling', share: 0 });
    const { x, y } = await worker.run('project2d', matrix, { scaling, signal });
    onProgress({ step: 'profiling', share: 0.5 });
    // Somebody may be outside of every cluster, and everybody may.
    const profiles =
      count === 0 ? [] : await worker.run('clusterProfiles', matrix, { labels, k: count, signal });
    onProgress({ step: 'rules', share: 0 });
    const rules = await worker.run('clusterRules', matrix, {
      labels,
      seed,
      signal,
      onProgress: ({ done, clusters }) => onProgress({ step: 'rules', share: done / clusters }),
    });
    return {
      clusters: profiles.map(({ cluster, size, share, traits }) => {
        const learned = rules.find((rule) => rule.cluster === cluster);
        const { precision = 0, recall = 0 } = learned?.fidelity ?? {};
        const rule = learned === undefined ? null : engine.segmentRule(learned);
        return { index: cluster, size, share, traits, rule, precision, recall };
      }),
      structure,
      noise: data.rows - profiles.reduce((sum, { size }) => sum + size, 0),
      points: sample(labels, x, y, data.player, points),
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
      this.#held = { key, engine, worker, matrix, data };
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
