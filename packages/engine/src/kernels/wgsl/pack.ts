import { entry, foldSumAndLargest, params } from './common.ts';
import { noLabel } from './shape.ts';

/**
 * Raw columns to scaled ones, in place: NaN becomes the column's fill, then `(value - center) * factor`; rows that only
 * fill a `vec4` become 0. Forgets labels. For each block: the sum of squared norms, and the largest absolute value.
 *
 * A shading language may assume that there is no NaN, so that a comparison cannot find one: the bits do.
 */
export const packShader = `
${params}
@group(0) @binding(2) var<storage, read_write> rows: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> columns: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> labels: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2<f32>>;
${foldSumAndLargest}
${entry}
  var squares = 0.0;
  var largest = vec4<u32>(0u);
  if (inside) {
    labels[at] = vec4<u32>(${noLabel}u);
    for (var j = 0u; j < params.features; j++) {
      let index = j * params.stride + at;
      let raw = rows[index];
      let column = columns[j];
      let missing = (raw & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
      let filled = select(raw, vec4<u32>(bitcast<u32>(column.x)), missing);
      let scaled = (bitcast<vec4<f32>>(filled) - vec4<f32>(column.y)) * column.z;
      let bits = select(vec4<u32>(0u), bitcast<vec4<u32>>(scaled), present);
      rows[index] = bits;
      let kept = bitcast<vec4<f32>>(bits);
      squares += dot(kept, kept);
      largest = max(largest, bits & vec4<u32>(0x7fffffffu));
    }
  }
  let most = min(max(max(largest.x, largest.y), max(largest.z, largest.w)), 0x7f7fffffu);
  let total = fold(thread, vec2<f32>(squares, bitcast<f32>(most)));
  if (thread == 0u) {
    partials[group.x] = total;
  }
}
`;
