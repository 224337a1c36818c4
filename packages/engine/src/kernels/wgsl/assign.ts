import { entry, lanes, params } from './common.ts';
import { blockThreads, type KernelShape, largestFloat, noLabel, uniformCentroidBytes } from './shape.ts';

/** Columns that are asked for at once: their reads are on the way together. */
const columnsAtOnce = 4;

/** Labels every row: the nearest centroid, the first of several that are equally near. */
export function assignShader(shape: KernelShape): string {
  return `
${params}
${nearest(shape)}
@group(0) @binding(4) var<storage, read_write> labels: array<vec4<u32>>;
${entry}
  if (inside) {
    labels[at] = nearest(at);
  }
}
`;
}

/**
 * The same, and keeps the sum and the count of each cluster's rows: what has left a cluster is taken off, what has
 * come is added. Every value is a whole number of units, a power of two of which the largest value has 2^(2 · bits): a
 * high part and a low part. Sums of whole numbers are exact in whatever order they are added, so that the totals are the
 * same in every run and are never recomputed; after the first few iterations few rows move, and a step costs as much
 * as reading the rows.
 *
 * `totals`: clusters × features numbers of 64 bits, low word first, then clusters counts.
 */
export function stepShader(shape: KernelShape): string {
  return `
${params}
${nearest(shape)}
@group(0) @binding(4) var<storage, read_write> labels: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read_write> totals: array<atomic<u32>>;

// high · 2^bits + low, carried over 64 bits. Modulo 2^64 additions commute, even between the two words of another.
fn addToTotal(cell: u32, high: i32, low: i32) {
  let shifted = u32(high) << params.bits;
  let least = shifted + u32(low);
  var most = u32(high >> (32u - params.bits)) + u32(low >> 31u) + select(0u, 1u, least < shifted);
  if (least != 0u) {
    let before = atomicAdd(&totals[cell * 2u], least);
    most += select(0u, 1u, before + least < before);
  }
  if (most != 0u) {
    atomicAdd(&totals[cell * 2u + 1u], most);
  }
}
${shape.sharedWords > 0 ? sharedAdds(shape.sharedWords) : directAdds}
${entry}
  if (inside) {
    let before = labels[at];
    let now = nearest(at);
    let moved = present & (now != before);
    if (any(moved)) {
      labels[at] = select(before, now, moved);
      let known = moved & (before != vec4<u32>(${noLabel}u));
      for (var j = 0u; j < params.features; j++) {
        let units = rows[j * params.stride + at] * params.high;
        let whole = floor(units);
        let high = vec4<i32>(whole);
        let low = vec4<i32>(round((units - whole) * params.low));
${lanes
  .map(
    (
      lane,
    ) => `        if (moved.${lane}) { add(now.${lane} * params.features + j, high.${lane}, low.${lane}); }
        if (known.${lane}) { add(before.${lane} * params.features + j, -high.${lane}, -low.${lane}); }`,
  )
  .join('\n')}
      }
${lanes
  .map(
    (lane) => `      if (moved.${lane}) { count(now.${lane}, 1); }
      if (known.${lane}) { count(before.${lane}, -1); }`,
  )
  .join('\n')}
    }
  }
${shape.sharedWords > 0 ? sharedFlush : ''}}
`;
}

/** \`nearest(at)\`. The score x·c − |c|²/2 is greatest where |x − c|² is least. */
function nearest(shape: KernelShape): string {
  const { quads, uniformCentroids } = shape;
  const centroids = uniformCentroids
    ? `var<uniform> centroids: array<vec4<f32>, ${uniformCentroidBytes / 16}>`
    : 'var<storage, read> centroids: array<vec4<f32>>';
  const scores = Array.from({ length: quads * 4 }, (_, c) => c);
  const quadOf = (c: number): number => Math.floor(c / 4);
  const lane = (c: number): string => lanes[c % 4] ?? 'x';

  const columns = (count: number): string => {
    const each = Array.from({ length: count }, (_, u) => u);
    const loads = each.map((u) => `      let x${u} = rows[(j + ${u}u) * params.stride + at];`);
    const adds = each.flatMap((u) => [
      ...Array.from(
        { length: quads },
        (_, q) => `      let c${u}_${q} = centroids[start + (j + ${u}u) * ${quads}u + ${q}u];`,
      ),
      ...scores.map((c) => `      s${c} = fma(x${u}, vec4<f32>(c${u}_${quadOf(c)}.${lane(c)}), s${c});`),
    ]);
    return [...loads, ...adds].join('\n');
  };

  return `
@group(0) @binding(2) var<storage, read> rows: array<vec4<f32>>;
@group(0) @binding(3) ${centroids};
fn nearest(at: u32) -> vec4<u32> {
  var best = vec4<f32>(-${largestFloat});
  var label = vec4<u32>(0u);
  for (var tile = 0u; tile < params.tiles; tile++) {
    let start = tile * (params.features + 1u) * ${quads}u;
    let bias = start + params.features * ${quads}u;
${scores.map((c) => `    var s${c} = vec4<f32>(centroids[bias + ${quadOf(c)}u].${lane(c)});`).join('\n')}
    var j = 0u;
    for (; j + ${columnsAtOnce}u <= params.features; j += ${columnsAtOnce}u) {
${columns(columnsAtOnce)}
    }
    for (; j < params.features; j++) {
${columns(1)}
    }
    let first = tile * ${quads * 4}u;
${scores
  .map(
    (c) => `    label = select(label, vec4<u32>(first + ${c}u), s${c} > best);
    best = max(best, s${c});`,
  )
  .join('\n')}
  }
  return label;
}
`;
}

/** A workgroup adds up in its own memory, which begins as zeros, and passes on what is not zero. */
function sharedAdds(words: number): string {
  return `
var<workgroup> sums: array<atomic<i32>, ${words}>;
fn add(cell: u32, high: i32, low: i32) {
  atomicAdd(&sums[cell * 2u], high);
  atomicAdd(&sums[cell * 2u + 1u], low);
}
fn count(cluster: u32, change: i32) {
  atomicAdd(&sums[params.clusters * params.features * 2u + cluster], change);
}
`;
}

const sharedFlush = `  workgroupBarrier();
  let cells = params.clusters * params.features;
  for (var cell = thread; cell < cells; cell += ${blockThreads}u) {
    addToTotal(cell, atomicLoad(&sums[cell * 2u]), atomicLoad(&sums[cell * 2u + 1u]));
  }
  for (var index = cells * 2u + thread; index < cells * 2u + params.clusters; index += ${blockThreads}u) {
    let change = atomicLoad(&sums[index]);
    if (change != 0) {
      atomicAdd(&totals[index], u32(change));
    }
  }
`;

const directAdds = `
fn add(cell: u32, high: i32, low: i32) {
  addToTotal(cell, high, low);
}
fn count(cluster: u32, change: i32) {
  atomicAdd(&totals[params.clusters * params.features * 2u + cluster], u32(change));
}
`;
