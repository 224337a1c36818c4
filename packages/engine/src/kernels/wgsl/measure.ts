import { entry, foldSumAndLargest, params } from './common.ts';

/** `mode` of `measureShader`. */
export const measureMode = { squared: 0, root: 1 } as const;

/**
 * |x − centroid of its label|² of each row, or its root. For each block: the sum of the squares, and the largest of
 * them. Differences first: a distance from |x|² − 2x·c + |c|² would cancel.
 */
export const measureShader = `
${params}
@group(0) @binding(2) var<storage, read> rows: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> centroids: array<f32>;
@group(0) @binding(4) var<storage, read> labels: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read_write> distances: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> partials: array<vec2<f32>>;
${foldSumAndLargest}
fn first(label: u32) -> u32 {
  let quad = label / 4u;
  return ((quad / params.quads) * (params.features + 1u) * params.quads + quad % params.quads) * 4u + label % 4u;
}
${entry}
  var squared = vec4<f32>(0.0);
  if (inside) {
    // A row that only fills a vec4 has no label.
    let label = min(labels[at], vec4<u32>(params.clusters - 1u));
    let a = first(label.x);
    let b = first(label.y);
    let c = first(label.z);
    let d = first(label.w);
    for (var j = 0u; j < params.features; j++) {
      let step = j * params.quads * 4u;
      let center = vec4<f32>(centroids[a + step], centroids[b + step], centroids[c + step], centroids[d + step]);
      let difference = rows[j * params.stride + at] - center;
      squared = fma(difference, difference, squared);
    }
    squared = select(vec4<f32>(0.0), squared, present);
    if (params.mode == ${measureMode.root}u) {
      distances[at] = sqrt(squared);
    } else {
      distances[at] = squared;
    }
  }
  let sum = squared.x + squared.y + squared.z + squared.w;
  let largest = max(max(squared.x, squared.y), max(squared.z, squared.w));
  let total = fold(thread, vec2<f32>(sum, largest));
  if (thread == 0u) {
    partials[group.x] = total;
  }
}
`;
