import { largestFloat as farAway } from './shape.ts';

/** Queries of a workgroup, one a thread; points come through its own memory as many at a time. */
export const searchThreads = 64;

/** Bytes of a tile of points: what every device gives to a workgroup. */
const tileBytes = 16384;

/** Lengths that a thread's list can have. */
const listSizes = [8, 16, 32, 64, 128] as const;

/** Neighbours that can be asked for at most. */
export const mostNeighbours = 128;

export const searchParamsBytes = 32;

/** @param neighbours at most `mostNeighbours` */
export function listSize(neighbours: number): number {
  return listSizes.find((size) => size >= neighbours) ?? mostNeighbours;
}

/**
 * The nearest other points of each query, nearest first, of equally near ones the first: every point is looked at, and
 * those that are nearer than the last of a thread's list find their place in it. A dispatch goes over some of the
 * points and leaves the lists for the next. What a list does not have is at distance `farAway`, of no point.
 * @param quads `vec4`s of a point
 */
export function neighboursShader(quads: number, list: number): string {
  const tilePoints = Math.max(1, Math.min(searchThreads, Math.floor(tileBytes / (quads * 16))));
  const each = Array.from({ length: quads }, (_, q) => q);
  return `
struct Params {
  firstQuery: u32,
  endQuery: u32,
  firstPoint: u32,
  endPoint: u32,
  neighbours: u32,
  fresh: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> points: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> distances: array<f32>;
@group(0) @binding(3) var<storage, read_write> found: array<u32>;
var<workgroup> tile: array<vec4<f32>, ${tilePoints * quads}>;
@compute @workgroup_size(${searchThreads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let place = group.x * ${searchThreads}u + thread;
  let query = params.firstQuery + place;
  let asks = query < params.endQuery;
  let own = select(params.firstQuery, query, asks) * ${quads}u;
${each.map((q) => `  let q${q} = points[own + ${q}u];`).join('\n')}
  var near: array<f32, ${list}>;
  var who: array<u32, ${list}>;
  let last = params.neighbours - 1u;
  for (var i = 0u; i <= last; i++) {
    near[i] = ${farAway};
    who[i] = 0xffffffffu;
    if (asks && params.fresh == 0u) {
      near[i] = distances[place * params.neighbours + i];
      who[i] = found[place * params.neighbours + i];
    }
  }
  var worst = near[last];
  for (var first = params.firstPoint; first < params.endPoint; first += ${tilePoints}u) {
    let count = min(${tilePoints}u, params.endPoint - first);
    workgroupBarrier();
    for (var i = thread; i < count * ${quads}u; i += ${searchThreads}u) {
      tile[i] = points[first * ${quads}u + i];
    }
    workgroupBarrier();
    for (var p = 0u; p < count; p++) {
      var sums = vec4<f32>(0.0);
${each.map((q) => `      let d${q} = q${q} - tile[p * ${quads}u + ${q}u];\n      sums = fma(d${q}, d${q}, sums);`).join('\n')}
      let distance = (sums.x + sums.y) + (sums.z + sums.w);
      if (distance < worst && first + p != query) {
        var i = last;
        while (i > 0u && near[i - 1u] > distance) {
          near[i] = near[i - 1u];
          who[i] = who[i - 1u];
          i--;
        }
        near[i] = distance;
        who[i] = first + p;
        worst = near[last];
      }
    }
  }
  if (asks) {
    for (var i = 0u; i <= last; i++) {
      distances[place * params.neighbours + i] = near[i];
      found[place * params.neighbours + i] = who[i];
    }
  }
}
`;
}
