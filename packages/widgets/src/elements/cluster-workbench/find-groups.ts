import type { EngineWorker, HeldMatrix, Scaling } from '@crmbet/engine';

/** How groups are looked for. */
export type Method =
  /** So many groups; null looks for the number that fits best. */
  | { algorithm: 'kmeans'; k: number | null }
  /** Dense places of any shape that hold at least this share of the players; who is in none is noise. */
  | { algorithm: 'hdbscan'; smallest: number }
  /** Players that are nearer than `reach` to enough others, in standard deviations; who is not is noise. */
  | { algorithm: 'dbscan'; reach: number };

export type Structure = 'strong' | 'reasonable' | 'weak' | 'none';

export type Groups = {
  /** A group for each row, the largest 0, the next 1; −1 is noise. */
  labels: Int32Array;
  count: number;
  scaling: Scaling;
  /** How clearly the groups are apart, where their number was looked for. */
  structure: Structure | null;
};

export type GroupsWatch = {
  signal: AbortSignal;
  onProgress(step: 'counting' | 'clustering', share: number): void;
};

/** Starts of K-Means of which the best is kept, and the seed, as in a training by the gateway. */
const starts = 4;
export const seed = 1;
/** Clusters, where their number is looked for. */
const leastTried = 2;
const mostTried = 10;
/** Rows that the density methods look at among each other; the others are given to what these became. */
const exactRows = 50_000;
/** Neighbours that say how dense it is around a player. */
const denseAmong = 10;

/** @throws EngineError (as a rejection) what the method throws */
export async function findGroups(
  worker: EngineWorker,
  matrix: HeldMatrix,
  method: Method,
  transform: Readonly<Record<string, 'log1p'>>,
  { signal, onProgress }: GroupsWatch,
): Promise<Groups> {
  const common = { seed, transform, signal };
  const clustering = (share: number) => onProgress('clustering', share);
  if (method.algorithm === 'hdbscan') {
    const { model, labels } = await worker.run('hdbscan', matrix, {
      ...common,
      exactRows,
      minClusterSize: Math.max(2, Math.round(method.smallest * matrix.rowCount)),
      minSamples: Math.min(denseAmong, matrix.rowCount),
      onProgress: ({ phase, share }) => clustering(through(hdbscanPhases, phase, share)),
    });
    return { ...bySize(labels), scaling: model.scaling, structure: null };
  }
  if (method.algorithm === 'dbscan') {
    const { model, labels } = await worker.run('dbscan', matrix, {
      ...common,
      exactRows,
      eps: method.reach,
      // Twice the number of features (Sander, Ester, Kriegel & Xu 1998, "Density-Based Clustering in Spatial Databases").
      minPoints: Math.min(2 * matrix.names.length, matrix.rowCount),
      onProgress: ({ phase, share }) => clustering(through(dbscanPhases, phase, share)),
    });
    return { ...bySize(labels), scaling: model.scaling, structure: null };
  }
  const chosen =
    method.k === null
      ? await worker.run('chooseK', matrix, {
          ...common,
          to: Math.max(leastTried, Math.min(mostTried, matrix.rowCount - 1)),
          references: 0,
          onProgress: ({ fits, allFits }) => onProgress('counting', fits / allFits),
        })
      : undefined;
  clustering(0);
  const { model, labels } = await worker.run('kmeans', matrix, {
    ...common,
    k: chosen?.k ?? method.k ?? leastTried,
    initializations: starts,
    onProgress: ({ phase, iteration, run, runs }) => {
      const within = phase === 'iterate' ? 0.2 + 0.8 * Math.min(1, iteration / 30) : 0.1;
      clustering((run - 1 + within) / runs);
    },
  });
  return { ...bySize(labels), scaling: model.scaling, structure: chosen?.reason.structure ?? null };
}

const hdbscanPhases = ['prepare', 'neighbours', 'tree', 'clusters', 'assign'] as const;
const dbscanPhases = ['prepare', 'count', 'link', 'assign'] as const;

const through = <P extends string>(phases: readonly P[], phase: P, share: number): number =>
  (phases.indexOf(phase) + share) / phases.length;

/** The same labels with the largest group as 0, the next one as 1: they are numbered as they are listed. */
function bySize(labels: Int32Array): { labels: Int32Array; count: number } {
  const sizes: number[] = [];
  for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
  const order = sizes.map((_, cluster) => cluster).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  const rank = new Int32Array(sizes.length);
  order.forEach((cluster, index) => {
    rank[cluster] = index;
  });
  return { labels: labels.map((label) => rank[label] ?? label), count: sizes.length };
}
