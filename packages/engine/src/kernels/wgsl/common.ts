import { blockThreads } from './shape.ts';

/** `stride`: `vec4`s from one column to the next. `quads`: of a tile. `high`, `low`, `bits`: see `stepShader`. */
export const params = `
struct Params {
  stride: u32,
  features: u32,
  clusters: u32,
  tiles: u32,
  quads: u32,
  mode: u32,
  candidates: u32,
  bits: u32,
  high: f32,
  low: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> blocks: array<vec2<u32>>;
`;

export const paramsBytes = 48;

/**
 * Opens a kernel: one workgroup a block, from row \`block.x\` to before row \`block.y\`; \`at\` is the thread's
 * \`vec4\` of rows, \`present\` which of the four there are.
 */
export const entry = `
@compute @workgroup_size(${blockThreads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let block = blocks[group.x];
  let row = block.x + thread * 4u;
  let at = row / 4u;
  let inside = row < block.y;
  let present = vec4<u32>(row, row + 1u, row + 2u, row + 3u) < vec4<u32>(block.y);
`;

/**
 * \`fold\`: \`combine(a, b)\` over a workgroup's threads, as a tree whose shape depends on nothing: a sum of floats is
 * then the same in every run.
 */
export function folding(type: string, combine: string): string {
  return `
var<workgroup> folded: array<${type}, ${blockThreads}>;
fn combine(a: ${type}, b: ${type}) -> ${type} {
  return ${combine};
}
fn fold(thread: u32, value: ${type}) -> ${type} {
  workgroupBarrier();
  folded[thread] = value;
  workgroupBarrier();
  for (var half = ${blockThreads / 2}u; half > 0u; half = half / 2u) {
    if (thread < half) {
      folded[thread] = combine(folded[thread], folded[thread + half]);
    }
    workgroupBarrier();
  }
  return folded[0];
}
`;
}

/** A sum in \`x\` and a maximum in \`y\`. */
export const foldSumAndLargest: string = folding('vec2<f32>', 'vec2<f32>(a.x + b.x, max(a.y, b.y))');

export const lanes = ['x', 'y', 'z', 'w'] as const;
