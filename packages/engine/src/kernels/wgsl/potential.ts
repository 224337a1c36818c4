import { entry, folding, lanes, params } from './common.ts';
import { largestFloat } from './shape.ts';

/** Candidates whose sums a block's threads hold at once. */
const candidatesAtOnce = 4;

const each = Array.from({ length: candidatesAtOnce }, (_, c) => c);

/** Most candidates of one dispatch, a multiple of those held at once; the buffer of centers has room for so many. */
export const mostCandidates = 8;

/** Bits of `mode`. `keep`: each candidate is a center from then on. `reset`: there were none before. */
export const potentialMode = { keep: 1, reset: 2 } as const;

/**
 * For each candidate: the sum over a block's rows of min(nearest, |x − candidate|²), `blocks × candidates`. The
 * candidates' buffer is filled up to a multiple of 4.
 */
export const potentialShader = `
${params}
@group(0) @binding(2) var<storage, read> rows: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> centers: array<f32>;
@group(0) @binding(4) var<storage, read_write> distances: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;
${folding('vec4<f32>', 'a + b')}
fn total(value: vec4<f32>) -> f32 {
  return value.x + value.y + value.z + value.w;
}
${entry}
  var known = vec4<f32>(${largestFloat});
  if (inside && (params.mode & ${potentialMode.reset}u) == 0u) {
    known = distances[at];
  }
  // Rows that only fill a vec4 weigh nothing.
  known = select(vec4<f32>(0.0), known, present);
  for (var first = 0u; first < params.candidates; first += ${candidatesAtOnce}u) {
${each.map((c) => `    var d${c} = vec4<f32>(0.0);`).join('\n')}
    if (inside) {
      for (var j = 0u; j < params.features; j++) {
        let x = rows[j * params.stride + at];
${each
  .map(
    (c) => `        let e${c} = x - vec4<f32>(centers[(first + ${c}u) * params.features + j]);
        d${c} = fma(e${c}, e${c}, d${c});`,
  )
  .join('\n')}
      }
    }
${each
  .map(
    (c) => `    let m${c} = min(known, d${c});
    if ((params.mode & ${potentialMode.keep}u) != 0u && first + ${c}u < params.candidates) {
      known = m${c};
    }`,
  )
  .join('\n')}
    let sums = fold(thread, vec4<f32>(${each.map((c) => `total(m${c})`).join(', ')}));
    if (thread == 0u) {
${each
  .map(
    (c) => `      if (first + ${c}u < params.candidates) {
        partials[group.x * params.candidates + first + ${c}u] = sums.${lanes[c] ?? 'x'};
      }`,
  )
  .join('\n')}
    }
  }
  if (inside && params.mode != 0u) {
    distances[at] = known;
  }
}
`;
