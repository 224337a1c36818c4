import type { ClusterPoint } from '../data/wire.ts';

export type PlacedPoint = { x: number; y: number; player: string; cluster: number };

/**
 * Where each point lies in a box of `width` × `height` pixels.
 *
 * The middle 99.6 % of the points is drawn to scale. The rest is drawn ever closer together in the margin: a few whales
 * must not press everybody else into a corner, nor may they vanish.
 */
export function placePoints(
  points: readonly ClusterPoint[],
  width: number,
  height: number,
  padding: number,
): PlacedPoint[] {
  const across = scale(
    points.map(({ x }) => x),
    padding,
    width - padding,
  );
  const down = scale(
    points.map(({ y }) => y),
    height - padding,
    padding,
  );
  return points.map(({ x, y, player, cluster }) => ({ x: across(x), y: down(y), player, cluster }));
}

const outside = 0.002;
const margin = 0.04;
/** How far beyond the scale, in its own length, a point has to lie to come three quarters through the margin. */
const far = 0.4;

function scale(values: number[], from: number, to: number): (value: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const low = at(outside);
  const span = at(1 - outside) - low;
  return (value) => {
    const share = span === 0 ? 0.5 : (value - low) / span;
    const inside = Math.min(Math.max(share, 0), 1);
    const beyond = margin * Math.tanh((share - inside) / far);
    return from + (margin + inside * (1 - 2 * margin) + beyond) * (to - from);
  };
}

/** The middle of each cluster: the median of its points, which outliers do not pull. */
export function clusterMiddles(points: readonly PlacedPoint[]): Map<number, { x: number; y: number }> {
  const byCluster = new Map<number, PlacedPoint[]>();
  for (const point of points) {
    const known = byCluster.get(point.cluster);
    if (known === undefined) byCluster.set(point.cluster, [point]);
    else known.push(point);
  }
  return new Map(
    [...byCluster].map(([cluster, own]) => [
      cluster,
      { x: median(own.map(({ x }) => x)), y: median(own.map(({ y }) => y)) },
    ]),
  );
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
