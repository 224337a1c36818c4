import { squaredDistance } from './reference.ts';

/** DBSCAN and HDBSCAN once more, by their definitions, in float64 over all pairs. For small inputs only. */

export interface PlainDbscan {
  readonly cores: boolean[];
  /** Core points of one cluster have one number; −1 for the others. */
  readonly components: number[];
  /** The nearest core point of each row within eps, itself for a core point; −1 for noise. */
  readonly nearestCore: number[];
}

export function plainDbscan(rows: readonly number[][], eps: number, minPoints: number): PlainDbscan {
  const near = (a: number, b: number): boolean => squaredDistance(rows[a] ?? [], rows[b] ?? []) <= eps * eps;
  const all = rows.map((_, i) => i);
  const cores = all.map((a) => all.filter((b) => near(a, b)).length >= minPoints);
  const components = all.map(() => -1);
  for (const start of all) {
    if (!cores[start] || components[start] !== -1) continue;
    const open = [start];
    components[start] = start;
    for (let a = open.pop(); a !== undefined; a = open.pop()) {
      for (const b of all) {
        if (!cores[b] || components[b] !== -1 || !near(a, b)) continue;
        components[b] = start;
        open.push(b);
      }
    }
  }
  const nearestCore = all.map((a) => {
    const within = all.filter((b) => cores[b] && near(a, b));
    if (cores[a]) return a;
    const distance = (b: number): number => squaredDistance(rows[a] ?? [], rows[b] ?? []);
    return within.reduce((best, b) => (best < 0 || distance(b) < distance(best) ? b : best), -1);
  });
  return { cores, components, nearestCore };
}

export interface PlainHdbscan {
  /** Rows of one cluster have one number; −1 is noise. */
  readonly labels: number[];
  readonly probabilities: number[];
  readonly outlierScores: number[];
}

interface PlainCluster {
  readonly birth: number;
  readonly children: PlainCluster[];
  /** λ at which each row that belongs to no child leaves. */
  readonly leaves: Map<number, number>;
  stability: number;
  /** Largest λ at which rows leave or it splits. */
  death: number;
}

/** Excess of mass without a single cluster, for rows of which no two are equal. */
export function plainHdbscan(
  rows: readonly number[][],
  minClusterSize: number,
  minSamples: number,
  method: 'eom' | 'leaf',
): PlainHdbscan {
  const distances = rows.map((a) => rows.map((b) => Math.sqrt(squaredDistance(a, b))));
  const cores = distances.map((row) => row.toSorted((a, b) => a - b)[minSamples - 1] ?? 0);
  const reach = (a: number, b: number): number =>
    Math.max(distances[a]?.[b] ?? 0, cores[a] ?? 0, cores[b] ?? 0);
  const root = grow(
    rows.map((_, i) => i),
    0,
  );
  const chosen = method === 'leaf' ? leavesOf(root) : bestOf(root).clusters;
  const labels = rows.map(() => -1);
  const probabilities = rows.map(() => 0);
  const outlierScores = rows.map(() => 0);
  chosen
    .filter((cluster) => cluster !== root)
    .forEach((cluster, label) => {
      for (const [row, lambda] of allLeaves(cluster)) {
        labels[row] = label;
        probabilities[row] = Math.min(lambda, cluster.death) / cluster.death;
      }
    });
  for (const cluster of everyOf(root)) {
    const most = Math.max(...everyOf(cluster).map(({ death }) => death));
    for (const [row, lambda] of cluster.leaves) outlierScores[row] = (most - lambda) / most;
  }
  return { labels, probabilities, outlierScores };

  /** Follows a cluster down through all distances, until it is gone or splits. */
  function grow(members: number[], birth: number): PlainCluster {
    const cluster: PlainCluster = { birth, children: [], leaves: new Map(), stability: 0, death: 0 };
    let left = members;
    for (;;) {
      const { parts, height } = fallApart(left);
      const lambda = 1 / height;
      const lasting = parts.filter((part) => part.length >= minClusterSize);
      const leaving = parts.filter((part) => part.length < minClusterSize).flat();
      for (const row of leaving) cluster.leaves.set(row, lambda);
      cluster.death = lambda;
      const gone = lasting.length === 1 ? leaving.length : left.length;
      cluster.stability += gone * (lambda - birth);
      if (lasting.length !== 1) {
        cluster.children.push(...lasting.map((part) => grow(part, lambda)));
        return cluster;
      }
      left = lasting[0] ?? [];
    }
  }

  /** The parts that are left when everything hangs together only below the largest distance at which it does. */
  function fallApart(members: number[]): { parts: number[][]; height: number } {
    let height = 0;
    const outside = new Map(members.slice(1).map((row) => [row, reach(members[0] ?? 0, row)]));
    while (outside.size > 0) {
      const [row, distance] = [...outside].reduce((best, entry) => (entry[1] < best[1] ? entry : best));
      height = Math.max(height, distance);
      outside.delete(row);
      for (const other of outside.keys()) {
        outside.set(other, Math.min(outside.get(other) ?? 0, reach(row, other)));
      }
    }
    const parts: number[][] = [];
    const open = new Set(members);
    for (const start of members) {
      if (!open.delete(start)) continue;
      const part = [start];
      for (const a of part) {
        for (const b of open) {
          if (reach(a, b) < height) {
            part.push(b);
            open.delete(b);
          }
        }
      }
      parts.push(part);
    }
    return { parts, height };
  }

  function bestOf(cluster: PlainCluster): { clusters: PlainCluster[]; stability: number } {
    const below = cluster.children.map(bestOf);
    const stability = below.reduce((sum, part) => sum + part.stability, 0);
    if (below.length > 0 && (stability > cluster.stability || cluster === root)) {
      return { clusters: below.flatMap(({ clusters }) => clusters), stability };
    }
    return { clusters: [cluster], stability: cluster.stability };
  }
}

function everyOf(cluster: PlainCluster): PlainCluster[] {
  return [cluster, ...cluster.children.flatMap(everyOf)];
}

function leavesOf(cluster: PlainCluster): PlainCluster[] {
  return everyOf(cluster).filter(({ children }) => children.length === 0);
}

function allLeaves(cluster: PlainCluster): [number, number][] {
  return everyOf(cluster).flatMap(({ leaves }) => [...leaves]);
}
